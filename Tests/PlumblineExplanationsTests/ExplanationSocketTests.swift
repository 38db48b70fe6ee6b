import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// A method as another package would write it, with public declarations only.
private struct PoweredGradient: Explanation {
    static let power = ExplanationKey.whole("power", 2, in: 1...4, "Power of the gradient.")
    static let sign = ExplanationKey.flag("keeps_sign", false, "Whether the sign is kept.")
    static let scale = ExplanationKey.real("scale", 1, in: 0...10, "Factor of the map.")

    let name = "powered_gradient"
    let power: Int

    func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let gradient = request.gradient(of: trace, withRespectTo: trace.image)
        return (1..<power).reduce(gradient) { product, _ in product * gradient }
    }
}

/// Says that it has attention and a layer, and computes neither.
private final class BoastingClassifier: PlainClassifier, @unchecked Sendable {
    var traits: ModelTraits {
        ModelTraits(featureLayers: ["layer"], attentionKind: .global, isRectified: true)
    }
    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        image.sum([1, 2, 3]).reshaped([image.shape[0], 1])
    }
}

final class ExplanationSocketTests: XCTestCase {
    override func setUpWithError() throws {
        try ExplanationRegistry.register(
            "powered_gradient",
            keys: [
                PoweredGradient.power.declaration, PoweredGradient.sign.declaration,
                PoweredGradient.scale.declaration,
            ]
        ) { PoweredGradient(power: $0[PoweredGradient.power]) }
    }

    override func tearDown() { ExplanationRegistry.unregister("powered_gradient") }

    func testARegisteredMethodIsMadeByName() throws {
        let model = try sample("resnet_mini")
        let image = images(1)
        let gradient = try GradientExplanation().relevance(of: request(model, image))
        let powered = try ExplanationRegistry.makeDifferentiable("powered_gradient")
        XCTAssertEqual(
            try powered.relevance(of: request(model, image)).values,
            gradient.values.map { $0 * $0 })
        XCTAssertTrue(ExplanationRegistry.names.contains("powered_gradient"))
        XCTAssertTrue(ExplanationRegistry.registeredKeys.map(\.name).contains("power"))
    }

    func testItsSettingsHaveDefaultsAndReachIt() throws {
        var settings = ExplanationSettings()
        XCTAssertEqual(settings[PoweredGradient.power], 2)
        XCTAssertEqual(settings[PoweredGradient.sign], false)
        XCTAssertEqual(settings[PoweredGradient.scale], 1)
        settings[whole: "power", default: 2] = 3
        settings[flag: "keeps_sign", default: false] = true
        settings[real: "scale", default: 1] = 0.5
        XCTAssertEqual(settings[PoweredGradient.sign], true)
        XCTAssertEqual(settings[PoweredGradient.scale], 0.5)
        let made = try ExplanationRegistry.make("powered_gradient", settings)
        XCTAssertEqual((made as? PoweredGradient)?.power, 3)
        XCTAssertNotEqual(settings, ExplanationSettings())
    }

    func testNamesAndKeysAreTakenOnce() {
        func message(
            _ name: String, _ keys: [ExplanationKeyDeclaration] = []
        ) -> String {
            do {
                try ExplanationRegistry.register(name, keys: keys) { _ in GradientExplanation() }
            } catch { return "\(error)" }
            return "nothing"
        }
        XCTAssertEqual(message("gradient"), "the explanation gradient is registered already")
        XCTAssertEqual(message("lrp_custom"), "the explanation lrp_custom is registered already")
        XCTAssertEqual(
            message("other", [PoweredGradient.power.declaration]),
            "other: the setting power is registered already")
        XCTAssertTrue(message("sess:gradient").contains("cannot be registered"))
        XCTAssertTrue(message("").contains("cannot be registered"))
        XCTAssertFalse(ExplanationRegistry.names.contains("other"))
    }

    func testARequestThatDoesNotFitItsModelIsRefused() throws {
        let vit = try sample("vit_mini")
        let resnet = try sample("resnet_mini")
        func message(
            _ model: any Classifier, _ image: Tensor, _ targets: [Int], seeds: [UInt64]? = nil
        ) -> String {
            do {
                _ = try Request(
                    model: model, image: image, targets: targets, pass: .evaluation, seeds: seeds)
            } catch { return "\(error)" }
            return "nothing"
        }
        XCTAssertEqual(message(vit, images(2), [0, 2]), "nothing")
        XCTAssertTrue(message(vit, images(1, size: 48), [0]).contains("32 x 32 pixels"))
        XCTAssertTrue(message(vit, .ones([1, 32, 32, 1]), [0]).contains("3 channels, not 1"))
        XCTAssertTrue(message(resnet, .ones([32, 32, 3]), [0]).contains("[batch, height"))
        XCTAssertTrue(message(resnet, images(1), [3]).contains("classes are 0 to 2"))
        XCTAssertTrue(message(resnet, images(1), [-1]).contains("target -1"))
        XCTAssertTrue(message(resnet, images(2), [0]).contains("for 2 images"))
        XCTAssertTrue(message(resnet, images(1), [0], seeds: []).contains("0 seeds"))
    }

    func testATraceThatDoesNotFitIsRefused() throws {
        let model = try sample("densenet_mini")
        let other = try sample("densenet_mini", seed: 4)
        let image = images(1).asVariable
        let request = try request(model, image)
        let bare = model.trace(image, .evaluation)
        for method in ["cam", "grad_cam", "score_cam", "eigen_cam", "lrp_epsilon_plus"] {
            let explanation = try ExplanationRegistry.make(method)
            XCTAssertThrowsError(
                try explanation.relevance(of: request, from: bare), method
            ) { XCTAssertTrue("\($0)".contains("did not capture"), "\($0)") }
        }
        let gradient = GradientExplanation()
        XCTAssertNoThrow(try gradient.relevance(of: request, from: bare))
        for wrong in [
            other.trace(image, .evaluation), model.trace(images(1, seed: 6), .evaluation),
        ] {
            XCTAssertThrowsError(try gradient.relevance(of: request, from: wrong))
            XCTAssertThrowsError(try gradient.relevance(of: request, sharing: wrong))
        }
    }

    func testSettingsThatAreNotPossibleAreRefused() throws {
        let model = try sample("densenet_mini")
        let request = try request(model, images(1))
        let noise = Tensor.zeros([2, 1, 8, 8, 3])
        let methods: [any Explanation] = [
            IntegratedGradients(steps: 0), SmoothGrad(samples: 0), SmoothGrad(given: noise),
            VarGrad(given: noise), GradientSHAP(coefficients: .zeros([3, 2])),
            RISE(samples: 0), RISE(cells: 0), RISE(batch: 0), Occlusion(window: 0),
            Occlusion(stride: -1), SuperpixelRegression.lime(samples: 0),
            SuperpixelRegression.kernelSHAP(batch: 0), ScoreCAM(batch: 0),
            SESS(GradientExplanation(), growth: -8), GradCAM(.gradCAM, layer: "nowhere"),
        ]
        for method in methods {
            XCTAssertThrowsError(try method.relevance(of: request), "\(method)") {
                XCTAssertTrue($0 is ExplanationError, "\($0)")
            }
        }
    }

    /// Every method throws on every model that it is not defined on, without a call of `check(_:)`.
    func testUncheckedModelsAreRefused() throws {
        for name in ["vgg_mini", "vit_mini", "swin_mini"] {
            let model = try sample(name)
            let image = images(1)
            for method in ExplanationRegistry.names {
                let explanation = try ExplanationRegistry.make(method)
                do {
                    try explanation.check(model)
                    continue
                } catch {}
                XCTAssertThrowsError(
                    try explanation.relevance(of: request(model, image)), "\(method) on \(name)")
            }
        }
        let boasting = BoastingClassifier()
        for method in ["grad_cam", "smoothgrad_cam_plus_plus", "attention_rollout"] {
            XCTAssertThrowsError(
                try ExplanationRegistry.make(method).relevance(of: request(boasting, images(1))),
                method)
        }
    }
}
