import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// Conventions of the packages, each a setting: whose noise, and which features.
final class ConventionTests: XCTestCase {
    private func relevance(
        _ method: String, _ model: any Classifier, _ image: Tensor,
        _ change: (inout ExplanationSettings) -> Void = { _ in }
    ) throws -> [Float] {
        var settings = ExplanationSettings()
        settings.steps = 3
        change(&settings)
        return try ExplanationRegistry.make(method, settings).relevance(
            of: request(model, image, seeds: [5])
        ).values
    }

    /// Without noise and on a linear logit, gradient SHAP is the product to rounding; noise changes
    /// the image that is explained.
    func testGradientSHAPHasNoNoiseUnlessAsked() throws {
        let w = images(1, size: 16, seed: 1)
        let image = images(1, size: 16, seed: 2)
        let model = LinearClassifier(w)
        let product = (w * image).values
        XCTAssertEqual(ExplanationSettings().shapNoise, 0)
        for (a, b) in zip(try relevance("gradient_shap", model, image), product) {
            XCTAssertEqual(a, b, accuracy: 1e-5)
        }
        // The setting of SmoothGrad's noise is not its own.
        let other = try relevance("gradient_shap", model, image) { $0.noise = 3 }
        XCTAssertEqual(other, try relevance("gradient_shap", model, image))
        let noisy = try relevance("gradient_shap", model, image) { $0.shapNoise = 0.1 }
        XCTAssertGreaterThan(zip(noisy, product).map { abs($0 - $1) }.max()!, 0.05)
    }

    /// With one sample, zennit's SmoothGrad is the gradient itself: its last sample has no noise.
    ///
    /// Captum's NoiseTunnel adds noise to every sample, so gradient SHAP moves.
    func testOnlySmoothGradsLastSampleIsClean() throws {
        let image = images(1, size: 16, seed: 2)
        let model = SquareClassifier()
        let gradient = try relevance("gradient", model, image)
        XCTAssertEqual(try relevance("smoothgrad", model, image) { $0.steps = 1 }, gradient)
        let shap = try relevance("gradient_shap", model, image) {
            $0.steps = 1
            $0.shapNoise = 0.1
        }
        let clean = try relevance("gradient_shap", model, image) { $0.steps = 1 }
        XCTAssertNotEqual(shap, clean)
    }

    /// VarGrad of `sum x^2 / 2` is the variance of the noise itself.
    ///
    /// All samples draw, so over three samples its mean is 2/3 of the noise's variance; with a
    /// clean last sample it would be 4/9 of it.
    func testEverySampleOfVarGradHasNoise() throws {
        let image = images(1, size: 32, seed: 2)
        let model = SquareClassifier()
        let range = image.values.max()! - image.values.min()!
        let variance = try relevance("vargrad", model, image) { $0.noise = 0.1 }
        let mean = variance.reduce(0, +) / Float(variance.count)
        let expected = 2 / 3 * (0.1 * range) * (0.1 * range)
        XCTAssertEqual(mean / expected, 1, accuracy: 0.08)
    }

    /// On a network whose last features are pooled, the weights of Grad-CAM are CAM's over the
    /// number of places (Selvaraju et al., section 3.1).
    ///
    /// pytorch-grad-cam's convention breaks this on DenseNet alone.
    func testGradCAMEqualsCAMOnPooledNetworks() throws {
        for name in ["densenet_mini", "resnet_mini"] {
            let model = try sample(name)
            let image = images(1)
            let cam = try relevance("cam", model, image)
            XCTAssertGreaterThan(cam.max()!, 0, name)
            let formula = try relevance("grad_cam", model, image) { $0.camConvention = .formula }
            let library = try relevance("grad_cam", model, image)
            XCTAssertLessThan(apart(formula, cam), 1e-5, name)
            if name == "densenet_mini" {
                XCTAssertGreaterThan(apart(library, cam), 1e-2, name)
            } else {
                XCTAssertEqual(library, formula, name)
            }
        }
    }

    /// The convention reaches every method that takes a gradient at the features, and no other.
    func testTheConventionReachesTheFamily() throws {
        let model = try sample("densenet_mini")
        let image = images(1)
        func isMoved(_ method: String) throws -> Bool {
            try relevance(method, model, image)
                != relevance(method, model, image) { $0.camConvention = .formula }
        }
        for method in [
            "grad_cam", "grad_cam_plus_plus", "smoothgrad_cam_plus_plus",
        ] {
            XCTAssertTrue(try isMoved(method), method)
        }
        for method in ["cam", "xgrad_cam", "layer_cam", "eigen_cam", "score_cam", "gradient"] {
            XCTAssertFalse(try isMoved(method), method)
        }
    }

    /// A shared trace that captured nothing is replaced by one of the method's own; one that
    /// captured what every method wants gives each the same map; and explaining twice does too.
    func testATraceThatCapturedTooLittleIsNotUsed() throws {
        for (name, methods) in [
            ("densenet_mini", ["cam", "grad_cam", "score_cam", "eigen_cam"]),
            ("vit_mini", ["attention_rollout", "attention_flow", "gradient_rollout", "grad_cam"]),
        ] {
            let model = try sample(name)
            let image = images(1).asVariable
            for method in methods {
                let explanation = try ExplanationRegistry.make(method)
                func trace(_ captures: Captures) -> Trace {
                    model.trace(image, .evaluation, capturing: captures)
                }
                let every = methods.reduce(Captures()) { all, name in
                    let other = try? ExplanationRegistry.make(name).captures(of: model)
                    return all.union(other ?? Captures())
                }
                let enough = trace(every)
                let own = try Request(model: model, image: image, targets: [0], pass: .evaluation)
                let expected = try explanation.relevance(of: own).values
                XCTAssertEqual(
                    try explanation.relevance(of: own, sharing: trace(Captures())).values,
                    expected, "\(name), \(method)")
                // Attention in the open rounds otherwise than the fused one.
                let maps = try (0..<2).map { _ in
                    try explanation.relevance(of: own, sharing: enough).values
                }
                XCTAssertEqual(maps[0], maps[1], "\(name), \(method): explained twice")
                XCTAssertLessThan(apart(maps[0], expected), 1e-5, "\(name), \(method)")
                // The same request again.
                XCTAssertEqual(
                    try explanation.relevance(of: own).values, expected,
                    "\(name), \(method): explained twice")
            }
        }
    }

    /// The L2 distance of two maps, each over its own size.
    private func apart(_ a: [Float], _ b: [Float]) -> Float {
        func size(_ x: [Float]) -> Float { x.map { $0 * $0 }.reduce(0, +).squareRoot() }
        let (p, q) = (size(a), size(b))
        return size(zip(a, b).map { $0 / p - $1 / q })
    }
}

/// `f(x) = sum(x^2) / 2`, whose gradient is the image.
private final class SquareClassifier: PlainClassifier, @unchecked Sendable {
    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        ((image * image).sum([1, 2, 3]) * 0.5).reshaped([image.shape[0], 1])
    }
}
