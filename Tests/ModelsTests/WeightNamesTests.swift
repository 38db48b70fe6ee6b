import Models
import XCTest

final class WeightNamesTests: XCTestCase {
    func testHuggingFaceViT() {
        let found = WeightNames.translated([
            "vit.embeddings.cls_token", "vit.embeddings.position_embeddings",
            "vit.embeddings.patch_embeddings.projection.weight",
            "vit.encoder.layer.3.attention.attention.query.weight",
            "vit.encoder.layer.3.attention.attention.key.weight",
            "vit.encoder.layer.3.attention.attention.value.weight",
            "vit.encoder.layer.3.attention.output.dense.bias",
            "vit.encoder.layer.3.intermediate.dense.weight",
            "vit.encoder.layer.3.output.dense.weight",
            "vit.encoder.layer.3.layernorm_before.weight", "vit.layernorm.bias",
            "classifier.weight", "vit.pooler.dense.weight",
        ])
        XCTAssertEqual(
            found["blocks.3.attn.qkv.weight"]?.map { $0.split(separator: ".").dropLast().last },
            ["query", "key", "value"])
        XCTAssertEqual(
            Set(found.keys),
            [
                "cls_token", "pos_embed", "patch_embed.proj.weight", "blocks.3.attn.qkv.weight",
                "blocks.3.attn.proj.bias",
                "blocks.3.mlp.fc1.weight", "blocks.3.mlp.fc2.weight", "blocks.3.norm1.weight",
                "norm.bias", "head.weight",
            ])
    }

    func testHuggingFaceSwinMONAIAndWrappers() {
        let swin = WeightNames.translated([
            "swin.encoder.layers.0.downsample.reduction.weight",
            "swin.encoder.layers.1.blocks.0.layernorm_after.bias",
            "swin.encoder.layers.1.blocks.0.attention.self.relative_position_bias_table",
            "swin.encoder.layers.1.blocks.0.attention.self.relative_position_index",
            "classifier.bias", "swin.layernorm.weight",
        ])
        XCTAssertEqual(
            Set(swin.keys),
            [
                "layers.1.downsample.reduction.weight", "layers.1.blocks.0.norm2.bias",
                "layers.1.blocks.0.attn.relative_position_bias_table",
                "head.fc.bias", "norm.weight",
            ])
        let monai = WeightNames.translated([
            "module.features.denseblock1.denselayer2.layers.norm1.weight",
            "module.class_layers.out.bias",
            "module.features.denseblock1.denselayer2.norm.2.bias",
            "module.features.norm0.num_batches_tracked",
        ])
        XCTAssertEqual(
            monai,
            [
                "features.denseblock1.denselayer2.norm1.weight": [
                    "module.features.denseblock1.denselayer2.layers.norm1.weight"
                ],
                "classifier.bias": ["module.class_layers.out.bias"],
                "features.denseblock1.denselayer2.norm2.bias": [
                    "module.features.denseblock1.denselayer2.norm.2.bias"
                ],
            ])
        // timm before 0.9 merged at the end of a stage.
        XCTAssertEqual(
            Set(
                WeightNames.translated([
                    "layers.0.downsample.norm.bias", "head.weight",
                    "layers.2.blocks.5.attn.qkv.bias",
                ]).keys),
            ["layers.1.downsample.norm.bias", "head.fc.weight", "layers.2.blocks.5.attn.qkv.bias"])
    }

    func testAQueryWithoutItsKeyIsNoProjection() {
        XCTAssertEqual(
            WeightNames.translated(["vit.encoder.layer.0.attention.attention.query.weight"]), [:])
    }
}
