import Foundation
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// Faithfulness on a linear model, where each score can be computed by hand.
final class FaithfulnessTests: XCTestCase {
    private static let side = 30
    private static let count = side * side
    private static let image = (0..<count).map { Float($0 * 7 % 64) / 63 }
    private static let weights = (0..<count).map { Float($0 * 13 % 29 - 14) / 500 }

    private func evidence(
        relevance: [Float], batchSize: Int = 8, seed: UInt64 = 1
    ) -> Evidence {
        let image = Tensor(Self.image, shape: [1, Self.side, Self.side, 1])
        let model = LinearClassifier(Self.weights)
        let method = Evaluator.Method("gradient", GradientExplanation())
        return Evidence(
            id: "image", target: 0, logits: model.logits(image, .evaluation).values, image: image,
            explanation: "gradient",
            relevance: Tensor(relevance, shape: [Self.side, Self.side, 1]),
            probe: Probe(model: model, method: method, target: 0, batchSize: batchSize),
            seed: seed)
    }

    private func scores(_ metric: String, _ evidence: Evidence) throws -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: try evidence.scores([MetricRegistry.make(metric)])
                .map { ($0.metric, $0.value.value ?? .nan) })
    }

    private var products: [Float] { zip(Self.image, Self.weights).map(*) }
    private func sigmoid(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
    private var logit: Double { products.reduce(0) { $0 + Double($1) } }

    /// The curve of a linear model: sums of the largest products.
    ///
    /// Equal products change the sum by the same, whatever their order.
    func testDeletionAndInsertionOfALinearModel() throws {
        let sorted = products.map(Double.init).sorted(by: >)
        let hidden = (0...50).map { sorted[..<($0 * Self.count / 50)].reduce(0, +) }
        let curve = hidden.map { sigmoid(logit - $0) }
        let area = (curve.dropFirst().dropLast().reduce(0, +) + (curve[0] + curve[50]) / 2) / 50
        let halves = stride(from: 0, through: 50, by: 2).map { curve[$0] }
        let half = (halves.dropFirst().dropLast().reduce(0, +) + (halves[0] + halves[25]) / 2) / 25
        let evidence = evidence(relevance: products)
        let deletion = try scores("deletion:black", evidence)
        XCTAssertEqual(deletion["deletion:black"]!, area, accuracy: 1e-5)
        XCTAssertEqual(deletion["deletion_relative:black"]!, area / curve[0], accuracy: 1e-5)
        XCTAssertEqual(
            deletion["deletion_drop:black"]!, (curve[0] - 0.5) / curve[0], accuracy: 1e-5)
        XCTAssertEqual(deletion["deletion_half_steps:black"]!, half, accuracy: 1e-5)
        // Inserting the largest products first.
        let shown = hidden.map { sigmoid($0) }
        let insertion = try scores("insertion:black", evidence)
        XCTAssertEqual(
            insertion["insertion:black"]!,
            (shown.dropFirst().dropLast().reduce(0, +) + (shown[0] + shown[50]) / 2) / 50,
            accuracy: 1e-5)
    }

    /// torchvision's gaussian_blur(51, 20) of this image gives the logit -0.014006073698825578.
    func testTheBlurIsTorchvisions() throws {
        let drop = try scores("deletion", evidence(relevance: products))["deletion_drop"]!
        XCTAssertEqual(drop, -0.025576658948886832, accuracy: 2e-6)
    }

    func testTheMeanReplacesByTheMean() throws {
        let mean = Self.image.reduce(0.0) { $0 + Double($1) } / Double(Self.count)
        let sum = Self.weights.reduce(0.0) { $0 + Double($1) }
        let drop = try scores("deletion:mean", evidence(relevance: products))
        let original = sigmoid(logit)
        XCTAssertEqual(
            drop["deletion_drop:mean"]!, (original - sigmoid(mean * sum)) / original,
            accuracy: 1e-5)
    }

    /// The exact relevance goes with the fall of the logit; its negative goes against it.
    func testCorrelationsOfSets() throws {
        for name in ["faithfulness_correlation", "sensitivity_n"] {
            XCTAssertEqual(
                try scores(name, evidence(relevance: products))[name]!, 1, accuracy: 1e-4)
            XCTAssertEqual(
                try scores(name, evidence(relevance: products.map { -$0 }))[name]!, -1,
                accuracy: 1e-4)
        }
    }

    func testAverageDrop() throws {
        let relevance = (0..<Self.count).map { Float($0 % 5) }
        let shown = zip(products, relevance).reduce(0.0) { $0 + Double($1.0 * $1.1 / 4) }
        let (p, o) = (sigmoid(logit), sigmoid(shown))
        let found = try scores("average_drop", evidence(relevance: relevance))
        XCTAssertEqual(found["average_drop"]!, max(0, p - o) / p, accuracy: 1e-5)
        XCTAssertEqual(found["average_increase"]!, o > p ? 1 : 0)
    }

    /// The products with a small ramp, so that no two are equal.
    private var distinct: [Float] { products.enumerated().map { $1 + Float($0) * 1e-6 } }

    /// scipy's solution of the equations gives 0.048681; the rest is the noise of ROAD.
    func testROADFillsInAsTheEquationsSay() throws {
        XCTAssertEqual(
            try scores("road", evidence(relevance: distinct))["road"]!, 0.04868096, accuracy: 2e-3)
    }

    /// From black, and pixels with the most negative products first.
    func testMonotonicity() throws {
        XCTAssertEqual(
            try scores("monotonicity", evidence(relevance: distinct))["monotonicity"]!, 0.5,
            accuracy: 1e-9)
    }

    /// Of a linear model the order changes when the probability falls, but not where it ends.
    func testRegionPerturbation() throws {
        func score(_ relevance: [Float]) throws -> Double {
            try scores("region_perturbation", evidence(relevance: relevance))[
                "region_perturbation"]!
        }
        let right = try score(products)
        let wrong = try score(products.map { -$0 })
        XCTAssertGreaterThan(right, wrong)
        // Four squares per side: 16 steps, of which the last ends at noise alone.
        XCTAssertLessThan(abs(right), 0.5)
    }

    /// Scores depend on the image's seed alone, not on how many images run at a time.
    func testTheBatchSizeChangesNothing() throws {
        let relevance = (0..<Self.count).map { Float($0 * 5 % 7) }
        for name in ["deletion", "insertion", "sensitivity_n", "average_drop"] {
            let first = try scores(name, evidence(relevance: relevance, batchSize: 3))
            let second = try scores(name, evidence(relevance: relevance, batchSize: 50))
            for (key, value) in first { XCTAssertEqual(second[key]!, value, accuracy: 1e-6, key) }
        }
    }

    func testAConstantMapHasNoOrder() throws {
        let constant = evidence(relevance: [Float](repeating: 2, count: Self.count))
        for name in ["deletion", "insertion", "faithfulness_correlation", "average_drop"] {
            let reasons = try constant.scores([MetricRegistry.make(name)]).map(\.value.reason)
            XCTAssertEqual(Set(reasons), [.constantMap], name)
        }
    }
}
