import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// Stability on a linear model, whose maps are known.
final class StabilityTests: XCTestCase {
    private static let side = 16
    private static let count = side * side
    /// No value is near 0, so that relative changes are those of the formula.
    private static let image = (0..<count).map { 0.2 + Float($0 * 7 % 64) / 100 }
    private static let weights = (0..<count).map { (Float($0 * 13 % 29) - 14.5) / 50 }

    private func scores(
        _ metric: String, _ explanation: any Explanation, batchSize: Int = 8
    ) throws -> [String: Double] {
        let image = Tensor(Self.image, shape: [1, Self.side, Self.side, 1])
        let model = LinearClassifier(Self.weights)
        let method = Evaluator.Method("method", explanation)
        let probe = Probe(model: model, method: method, target: 0, batchSize: batchSize)
        let relevance = try probe.relevance(of: image, seed: 3)
        let evidence = Evidence(
            id: "image", target: 0, logits: model.logits(image, .evaluation).values, image: image,
            explanation: "method", relevance: relevance.reshaped([Self.side, Self.side, 1]),
            probe: probe, seed: 3)
        return Dictionary(
            uniqueKeysWithValues: try evidence.scores([MetricRegistry.make(metric)])
                .map { ($0.metric, $0.value.value ?? .nan) })
    }

    /// The gradient of a linear model is the same everywhere.
    func testAConstantGradientIsStable() throws {
        for name in ["noise_sensitivity", "max_sensitivity"] {
            for (key, value) in try scores(name, GradientExplanation()) {
                XCTAssertEqual(value, 0, accuracy: 1e-6, key)
            }
        }
        let repeated = try scores("repeatability_rank", GradientExplanation())
        XCTAssertEqual(repeated["repeatability_rank"]!, 1, accuracy: 1e-12)
        XCTAssertEqual(repeated["repeatability_ssim"]!, 1, accuracy: 1e-12)
    }

    /// R = w x: the relative change of the map is that of the image, e / x.
    func testInputXGradientFollowsTheImage() throws {
        let found = try scores("max_sensitivity", InputXGradient())
        XCTAssertEqual(found["relative_input_stability"]!, 1, accuracy: 1e-3)
        // |w e| <= max |w| |e|
        let largest = Self.weights.map { Double(abs($0)) }.max()!
        XCTAssertGreaterThan(found["local_lipschitz"]!, 0)
        XCTAssertLessThanOrEqual(found["local_lipschitz"]!, largest + 1e-4)
        XCTAssertGreaterThan(found["max_sensitivity"]!, 0)
        // Noise of at most 0.02 in values of at least 0.2.
        XCTAssertLessThan(found["max_sensitivity"]!, 0.1)
        let noise = try scores("noise_sensitivity", InputXGradient())
        XCTAssertGreaterThan(noise["noise_sensitivity"]!, 0)
        XCTAssertGreaterThanOrEqual(noise["noise_sensitivity_max"]!, noise["noise_sensitivity"]!)
    }

    func testAMethodWithNoiseIsLessRepeatable() throws {
        // Gradients of a linear model have no noise; products with noisy baselines have.
        let shap = try ExplanationRegistry.make("gradient_shap", noisy)
        let repeated = try scores("repeatability_rank", shap)
        XCTAssertLessThan(repeated["repeatability_rank"]!, 0.999)
        XCTAssertGreaterThan(repeated["repeatability_rank"]!, 0)
    }

    private var noisy: ExplanationSettings {
        var settings = ExplanationSettings()
        settings.steps = 4
        settings.shapNoise = 0.5
        return settings
    }

    func testTheBatchSizeChangesNothing() throws {
        for name in ["noise_sensitivity", "max_sensitivity"] {
            let first = try scores(name, InputXGradient(), batchSize: 3)
            let second = try scores(name, InputXGradient(), batchSize: 64)
            for (key, value) in first {
                XCTAssertEqual(second[key]!, value, accuracy: 1e-5 * abs(value), key)
            }
        }
    }
}
