import PlumblineModels
import PlumblineTensors
import XCTest

final class ModelTests: XCTestCase {
    /// Counts of torchvision 0.28 and timm 1.0.31 with 10 classes.
    func testParameterCounts() throws {
        for (name, count) in [
            ("densenet121", 6_964_106),
            ("densenet161", 26_494_090),
            ("densenet169", 12_501_130),
            ("densenet201", 18_112_138),
            ("densenet264", 30_675_594),
            ("vit_tiny_patch16_224", 5_526_346),
            ("vit_small_patch16_224", 21_669_514),
            ("vit_base_patch16_224", 85_806_346),
            ("swin_tiny_patch4_window7_224", 27_527_044),
            ("swin_small_patch4_window7_224", 48_844_948),
            ("swin_base_patch4_window7_224", 86_753_474),
            ("resnet18", 11_181_642),
            ("resnet34", 21_289_802),
            ("resnet50", 23_528_522),
            ("resnet101", 42_520_650),
            ("vgg11", 128_807_306),
            ("vgg16_bn", 134_309_962),
            ("resnet152", 58_164_298),
            ("resnet50d", 23_547_754),
            ("resnext50_32x4d", 23_000_394),
            ("wide_resnet50_2", 66_854_730),
            ("vgg19", 139_611_210),
            ("vgg19_bn", 139_622_218),
            ("deit_tiny_patch16_224", 5_526_346),
            ("deit_small_patch16_224", 21_669_514),
            ("deit_base_patch16_224", 85_806_346),
        ] {
            XCTAssertEqual(try ModelRegistry.make(name, classes: 10).parameterCount, count, name)
        }
    }

    func testNamesAndShapesAreTorch() throws {
        let dense = try ModelRegistry.make("densenet121", classes: 5)
        let byName = Dictionary(
            uniqueKeysWithValues: dense.parameters.map { ($0.name, $0.torchShape) })
        XCTAssertEqual(byName["features.conv0.weight"], [64, 3, 7, 7])
        XCTAssertEqual(byName["features.denseblock3.denselayer24.conv2.weight"], [32, 128, 3, 3])
        XCTAssertEqual(byName["features.transition2.norm.running_var"], [512])
        XCTAssertEqual(byName["classifier.weight"], [5, 1024])
        let vit = try ModelRegistry.make("vit_tiny", classes: 5)
        XCTAssertEqual(
            vit.parameters.first { $0.name == "patch_embed.proj.weight" }!.torchShape,
            [192, 3, 16, 16])
        XCTAssertEqual(
            vit.parameters.first { $0.name == "blocks.11.attn.qkv.bias" }!.torchShape, [576])
        for parameter in dense.parameters {
            XCTAssertEqual(
                parameter.fromTorch(parameter.torchValue).values, parameter.value.values,
                parameter.name)
        }
    }

    func testInitialisation() throws {
        func spread(_ model: any Classifier, _ name: String) -> Float {
            model.parameters.first { $0.name == name }!.value.power(2).mean().item.squareRoot()
        }
        let dense = try ModelRegistry.make("densenet121", classes: 5)
        XCTAssertEqual(
            spread(dense, "features.denseblock1.denselayer1.conv2.weight"),
            (2 / Float(128 * 9)).squareRoot(), accuracy: 1e-3)
        XCTAssertEqual(
            spread(dense, "classifier.weight"), 1 / Float(1024 * 3).squareRoot(), accuracy: 1e-3)
        XCTAssertEqual(spread(dense, "classifier.bias"), 0)
        XCTAssertEqual(
            spread(try ModelRegistry.make("vit_tiny", classes: 5), "blocks.3.mlp.fc1.weight"), 0.02,
            accuracy: 2e-4)
    }

    func testInitialisationOfTheOtherFamilies() throws {
        func spread(_ model: any Classifier, _ name: String) -> Float {
            model.parameters.first { $0.name == name }!.value.power(2).mean().item.squareRoot()
        }
        // torchvision: He by the fan of the outputs; timm: truncated normal of 0.02.
        XCTAssertEqual(
            spread(try ModelRegistry.make("resnet18", classes: 2), "layer2.0.conv1.weight"),
            (2 / Float(128 * 9)).squareRoot(), accuracy: 1e-3)
        let swin = try ModelRegistry.make("swin_tiny", classes: 2)
        XCTAssertEqual(spread(swin, "layers.1.downsample.reduction.weight"), 0.02, accuracy: 2e-4)
        XCTAssertEqual(
            spread(swin, "layers.2.blocks.1.attn.relative_position_bias_table"), 0.02,
            accuracy: 1e-3)
        let vgg = try ModelRegistry.make("vgg_mini", classes: 2)
        XCTAssertEqual(
            spread(vgg, "features.3.weight"), (2 / Float(32 * 9)).squareRoot(), accuracy: 3e-3)
        XCTAssertEqual(spread(vgg, "classifier.0.weight"), 0.01, accuracy: 3e-4)
        XCTAssertEqual(spread(vgg, "features.0.bias"), 0)
    }

    func testOneChannelAndOtherSizes() throws {
        for name in ["densenet_mini", "resnet_mini", "vgg_mini", "vit_mini", "swin_mini"] {
            for (size, channels) in [(48, 1), (40, 3)] {
                let configuration = ModelRegistry.fitted(
                    ModelConfiguration(), to: name, size: size, channels: channels)
                let model = try ModelRegistry.make(name, classes: 2, configuration: configuration)
                XCTAssertEqual(
                    model.logits(.ones([1, size, size, channels]), .evaluation).shape, [1, 2],
                    "\(name) at \(size)")
                XCTAssertLessThanOrEqual(model.smallestImageSize, 32)
                if model.imageSize == nil {
                    let least = model.smallestImageSize
                    XCTAssertEqual(
                        model.logits(.ones([1, least, least, channels]), .evaluation).shape,
                        [1, 2], "\(name) at its least, \(least)")
                }
            }
        }
    }

    func testRunningStatisticsMoveOnlyWhenAsked() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 2)
        var random = RandomGenerator(seed: 1)
        let image = Tensor.normal([2, 32, 32, 3], using: &random)
        let name = "features.norm0.running_mean"
        func mean() -> [Float] { model.parameters.first { $0.name == name }!.value.values }
        let before = mean()
        _ = model.logits(image, Pass(.batch(updates: 0)))
        XCTAssertEqual(mean(), before)
        _ = model.logits(image, Pass(.batch(updates: 1)))
        let once = mean()
        XCTAssertNotEqual(once, before)
        _ = model.logits(image, .evaluation)
        XCTAssertEqual(mean(), once)
    }

    func testWrongConfigurationsAreNamed() {
        func message(_ name: String, _ json: String) -> String {
            do {
                _ = try ModelRegistry.make(
                    name, classes: 2, configuration: ModelConfiguration(json: json))
            } catch { return "\(error)" }
            return "nothing"
        }
        XCTAssertTrue(
            message("densenet121", "{\"growth\": 3}").contains(
                "unknown model_config key growth; it has block_config"))
        XCTAssertTrue(
            message("vit_base", "{\"img_size\": 100}").contains(
                "img_size 100 is no multiple of patch_size 16"))
        XCTAssertTrue(
            message("vit_base", "{\"depth\": \"x\"}").contains("neither a number nor a list"))
        XCTAssertTrue(
            message("alexnet", "{}").contains("unknown model alexnet; there are deit_base"))
        XCTAssertTrue(message("densenet121", "[").contains("not JSON"))
    }
}
