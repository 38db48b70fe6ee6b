import PlumblineModels
import XCTest

final class WeightNamesTests: XCTestCase {
    private func sources(
        of architecture: any Architecture.Type, _ names: [String]
    ) -> [String: [String]] {
        WeightTranslation(names, of: architecture).sources
    }

    func testHuggingFaceViT() {
        let found = sources(
            of: VisionTransformer.self,
            [
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

    func testHuggingFaceSwinAndMONAI() {
        let swin = sources(
            of: SwinTransformer.self,
            [
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
        let monai = sources(
            of: DenseNet.self,
            [
                "features.denseblock1.denselayer2.layers.norm1.weight",
                "class_layers.out.bias", "features.norm0.num_batches_tracked",
            ])
        XCTAssertEqual(
            monai,
            [
                "features.denseblock1.denselayer2.norm1.weight": [
                    "features.denseblock1.denselayer2.layers.norm1.weight"
                ],
                "classifier.bias": ["class_layers.out.bias"],
            ])
        XCTAssertEqual(
            sources(of: DenseNet.self, ["features.denseblock1.denselayer2.norm.1.bias"]),
            [
                "features.denseblock1.denselayer2.norm1.bias": [
                    "features.denseblock1.denselayer2.norm.1.bias"
                ]
            ])
        // timm before 0.9 merged at the end of a stage.
        XCTAssertEqual(
            Set(
                sources(
                    of: SwinTransformer.self,
                    [
                        "layers.0.downsample.norm.bias", "head.weight",
                        "layers.2.blocks.5.attn.qkv.bias",
                    ]
                ).keys),
            ["layers.1.downsample.norm.bias", "head.fc.weight", "layers.2.blocks.5.attn.qkv.bias"])
    }

    func testAQueryWithoutItsKeyIsNoProjection() {
        XCTAssertEqual(
            sources(
                of: VisionTransformer.self, ["vit.encoder.layer.0.attention.attention.query.weight"]
            ), [:])
    }

    /// torchvision's ViT joins query, key and value as timm does; its perceptron was numbered
    /// differently before 0.12.
    func testTorchvisionViT() {
        let layer = "encoder.layers.encoder_layer_11"
        let found = sources(
            of: VisionTransformer.self,
            [
                "class_token", "conv_proj.weight", "encoder.pos_embedding", "encoder.ln.bias",
                "heads.head.weight", "\(layer).ln_1.weight", "\(layer).ln_2.bias",
                "\(layer).self_attention.in_proj_weight", "\(layer).self_attention.in_proj_bias",
                "\(layer).self_attention.out_proj.weight", "\(layer).mlp.0.weight",
                "\(layer).mlp.linear_1.bias", "\(layer).mlp.3.bias", "\(layer).mlp.linear_2.weight",
            ])
        XCTAssertEqual(
            found,
            [
                "cls_token": ["class_token"], "patch_embed.proj.weight": ["conv_proj.weight"],
                "pos_embed": ["encoder.pos_embedding"], "norm.bias": ["encoder.ln.bias"],
                "head.weight": ["heads.head.weight"],
                "blocks.11.norm1.weight": ["\(layer).ln_1.weight"],
                "blocks.11.norm2.bias": ["\(layer).ln_2.bias"],
                "blocks.11.attn.qkv.weight": ["\(layer).self_attention.in_proj_weight"],
                "blocks.11.attn.qkv.bias": ["\(layer).self_attention.in_proj_bias"],
                "blocks.11.attn.proj.weight": ["\(layer).self_attention.out_proj.weight"],
                "blocks.11.mlp.fc1.weight": ["\(layer).mlp.0.weight"],
                "blocks.11.mlp.fc1.bias": ["\(layer).mlp.linear_1.bias"],
                "blocks.11.mlp.fc2.bias": ["\(layer).mlp.3.bias"],
                "blocks.11.mlp.fc2.weight": ["\(layer).mlp.linear_2.weight"],
            ])
    }

    func testWhatCompilersPutIntoNamesIsNoPart() {
        XCTAssertEqual(
            sources(of: DenseNet.self, ["features._orig_mod.conv0.weight"]),
            ["features.conv0.weight": ["features._orig_mod.conv0.weight"]])
    }

    /// transformers 5 names a ViT's and a Swin's layers otherwise in memory than in its files.
    func testNamesOfTransformers5() {
        let vit = sources(
            of: VisionTransformer.self,
            [
                "vit.embeddings.cls_token", "vit.layers.1.attention.q_proj.weight",
                "vit.layers.1.attention.k_proj.weight", "vit.layers.1.attention.v_proj.weight",
                "vit.layers.1.attention.o_proj.bias", "vit.layers.1.layernorm_before.bias",
                "vit.layers.1.mlp.fc1.weight", "vit.layers.1.mlp.fc2.bias",
            ])
        XCTAssertEqual(
            vit["blocks.1.attn.qkv.weight"],
            ["q", "k", "v"].map { "vit.layers.1.attention.\($0)_proj.weight" })
        XCTAssertEqual(
            Set(vit.keys),
            [
                "cls_token", "blocks.1.attn.qkv.weight", "blocks.1.attn.proj.bias",
                "blocks.1.norm1.bias", "blocks.1.mlp.fc1.weight", "blocks.1.mlp.fc2.bias",
            ])
        let block = "swin.encoder.layers.0.blocks.1"
        let swin = sources(
            of: SwinTransformer.self,
            [
                "\(block).attention.q_proj.bias", "\(block).attention.k_proj.bias",
                "\(block).attention.v_proj.bias", "\(block).mlp.fc2.weight",
                "\(block).attention.relative_position_bias.relative_position_bias_table",
            ])
        XCTAssertEqual(
            Set(swin.keys),
            [
                "layers.0.blocks.1.attn.qkv.bias", "layers.0.blocks.1.mlp.fc2.weight",
                "layers.0.blocks.1.attn.relative_position_bias_table",
            ])
    }

    func testTorchvisionSwin() {
        XCTAssertEqual(
            sources(
                of: SwinTransformer.self,
                [
                    "features.0.0.weight", "features.0.2.bias", "features.1.0.attn.qkv.weight",
                    "features.1.1.mlp.0.bias", "features.2.reduction.weight",
                    "features.3.0.mlp.3.weight", "norm.weight", "head.bias",
                ]),
            [
                "patch_embed.proj.weight": ["features.0.0.weight"],
                "patch_embed.norm.bias": ["features.0.2.bias"],
                "layers.0.blocks.0.attn.qkv.weight": ["features.1.0.attn.qkv.weight"],
                "layers.0.blocks.1.mlp.fc1.bias": ["features.1.1.mlp.0.bias"],
                "layers.1.downsample.reduction.weight": ["features.2.reduction.weight"],
                "layers.1.blocks.0.mlp.fc2.weight": ["features.3.0.mlp.3.weight"],
                "norm.weight": ["norm.weight"], "head.fc.bias": ["head.bias"],
            ])
    }

    /// `nn.Sequential(*model.children())`: RadImageNet's ResNet-50.
    func testModelsTakenApart() {
        XCTAssertEqual(
            sources(
                of: ResNet.self,
                [
                    "0.weight", "1.running_var", "4.0.conv1.weight", "7.1.bn2.bias", "9.weight",
                ]),
            [
                "conv1.weight": ["0.weight"], "bn1.running_var": ["1.running_var"],
                "layer1.0.conv1.weight": ["4.0.conv1.weight"],
                "layer4.1.bn2.bias": ["7.1.bn2.bias"], "fc.weight": ["9.weight"],
            ])
        XCTAssertEqual(
            sources(
                of: DenseNet.self,
                [
                    "0.weight", "4.denselayer1.norm1.weight", "5.conv.weight",
                    "6.denselayer2.conv2.weight", "7.bias",
                ]),
            [
                "features.conv0.weight": ["0.weight"],
                "features.denseblock1.denselayer1.norm1.weight": ["4.denselayer1.norm1.weight"],
                "features.transition1.conv.weight": ["5.conv.weight"],
                "features.denseblock2.denselayer2.conv2.weight": ["6.denselayer2.conv2.weight"],
                "features.norm5.bias": ["7.bias"],
            ])
    }

    /// timm's VGG has its first linear layers as convolutions.
    func testVGGOfTimm() throws {
        XCTAssertEqual(
            sources(
                of: VGG.self,
                [
                    "features.0.weight", "pre_logits.fc1.weight", "pre_logits.fc2.bias",
                    "head.fc.bias",
                ]
            ),
            [
                "features.0.weight": ["features.0.weight"],
                "classifier.0.weight": ["pre_logits.fc1.weight"],
                "classifier.3.bias": ["pre_logits.fc2.bias"],
                "classifier.6.bias": ["head.fc.bias"],
            ])
        let model = try ModelRegistry.make("vgg_mini", classes: 2)
        let linear = try XCTUnwrap(model.parameters.first { $0.name == "classifier.0.weight" })
        let adaptation = try XCTUnwrap(VGG.weightAdaptation(of: linear, from: [64, 64, 2, 2]))
        XCTAssertEqual(adaptation(.ones([64, 64, 2, 2])).shape, [64, 256])
        for shape in [[64, 64, 2, 3], [32, 64, 2, 2], [64, .max, 2, 2]] {
            XCTAssertNil(VGG.weightAdaptation(of: linear, from: shape), "\(shape)")
        }
    }

    /// Only a convolution of one or three channels is made for the other number.
    func testChannels() throws {
        let grey = try ModelRegistry.make(
            "resnet_mini", classes: 2, configuration: .init(["in_channels": .number(1)]))
        let first = grey.parameters[0]
        let summed = try XCTUnwrap(ResNet.weightAdaptation(of: first, from: [16, 3, 7, 7]))
        XCTAssertEqual(summed(.ones([16, 3, 7, 7])).values[0], 3)
        XCTAssertNil(ResNet.weightAdaptation(of: first, from: [16, 4, 7, 7]))
        XCTAssertNil(ResNet.weightAdaptation(of: first, from: [16, 3, 3, 3]))
        XCTAssertNil(ResNet.weightAdaptation(of: grey.parameters[1], from: [17]))
    }
}
