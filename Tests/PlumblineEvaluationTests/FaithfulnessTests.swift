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
        relevance: [Float], batchSize: Int = 8, seed: UInt64 = 1, black: Float = 0,
        white: Float = 1
    ) -> Evidence {
        let image = Tensor(Self.image, shape: [1, Self.side, Self.side, 1])
        let model = LinearClassifier(Self.weights)
        let method = Evaluator.Method("gradient", GradientExplanation())
        return Evidence(
            id: "image", target: 0, logits: model.logits(image, .evaluation).values, image: image,
            black: [black], white: [white], explanation: "gradient",
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

    /// Squares of 8 pixels, those at the edge of 6, by the sum of a map.
    private func squares(_ map: [Float], side: Int) -> [[Int]] {
        let columns = (Self.side + side - 1) / side
        let pixels = (0..<columns * columns).map { square in
            (0..<Self.count).filter {
                $0 / Self.side / side * columns + $0 % Self.side / side == square
            }
        }
        return pixels.sorted { first, second in
            first.reduce(0.0) { $0 + Double(map[$1]) } > second.reduce(0.0) { $0 + Double(map[$1]) }
        }
    }

    /// Noise between equal ends is a constant: each square changes the logit by a known sum.
    func testRegionPerturbation() throws {
        let evidence = evidence(relevance: products, black: 0.25, white: 0.25)
        var rest = logit
        var falls = 0.0
        let squares = squares(products, side: 8)
        XCTAssertEqual(squares.count, 16)
        for square in squares {
            for pixel in square {
                rest -= Double(Self.weights[pixel]) * (Double(Self.image[pixel]) - 0.25)
            }
            falls += sigmoid(logit) - sigmoid(rest)
        }
        XCTAssertGreaterThan(abs(falls), 0.1)
        XCTAssertEqual(
            try scores("region_perturbation", evidence)["region_perturbation"]!, falls / 17,
            accuracy: 1e-6)
    }

    func testROADSaysThatItsEquationsWereNotSolved() throws {
        let evidence = evidence(relevance: distinct)
        XCTAssertEqual(
            try evidence.scores([ROAD(iterations: 2)]).map(\.value.reason), [.notSolved])
        XCTAssertNotNil(try evidence.scores([ROAD(iterations: 200)])[0].value.value)
    }

    /// The exact gradient, and the exact contributions, of a linear model misjudge nothing.
    func testInfidelity() throws {
        let gradient = try scores("infidelity", evidence(relevance: Self.weights))
        XCTAssertEqual(gradient["infidelity"]!, 0, accuracy: 1e-8)
        let shares = try scores("infidelity:contribution", evidence(relevance: products))
        XCTAssertEqual(shares["infidelity:contribution"]!, 0, accuracy: 1e-8)
        XCTAssertEqual(shares["infidelity_scaled:contribution"]!, 0, accuracy: 1e-8)
        // Three times too large: the error is twice the fall; the best factor is a third.
        let tripled = try scores(
            "infidelity", evidence(relevance: Self.weights.map { 3 * $0 }))
        let reversed = try scores("infidelity", evidence(relevance: Self.weights.map { -$0 }))
        XCTAssertGreaterThan(tripled["infidelity"]!, 1e-4)
        XCTAssertEqual(tripled["infidelity"]!, reversed["infidelity"]!, accuracy: 1e-7)
        XCTAssertEqual(tripled["infidelity_scaled"]!, 0, accuracy: 1e-8)
    }

    func testIROF() throws {
        let mean = Self.image.reduce(0.0) { $0 + Double($1) } / Double(Self.count)
        var rest = logit
        var curve = [1.0]
        for square in squares(products, side: 10) {
            for pixel in square {
                rest -= Double(Self.weights[pixel]) * (Double(Self.image[pixel]) - mean)
            }
            curve.append(sigmoid(rest) / sigmoid(logit))
        }
        let area = (curve.dropFirst().dropLast().reduce(0, +) + (curve[0] + curve[9]) / 2) / 9
        let found = try scores("irof:grid_10", evidence(relevance: products))
        XCTAssertEqual(found["irof:grid_10"]!, 1 - area, accuracy: 2e-6)
        XCTAssertGreaterThan(abs(1 - area), 1e-4)
        // Superpixels, of which a better order has a larger score.
        let right = try scores("irof", evidence(relevance: products))["irof"]!
        let wrong = try scores("irof", evidence(relevance: products.map { -$0 }))["irof"]!
        XCTAssertGreaterThan(right, wrong + 0.01)
    }

    /// A pixel v becomes 1 - v, those of the largest relevance first.
    func testPixelFlipping() throws {
        let order = Self.image.indices.sorted { distinct[$0] > distinct[$1] }
        let curve = (0...50).map { step in
            sigmoid(
                order[..<(step * Self.count / 50)].reduce(logit) {
                    $0 + Double(Self.weights[$1]) * (1 - 2 * Double(Self.image[$1]))
                })
        }
        let area = (curve.dropFirst().dropLast().reduce(0, +) + (curve[0] + curve[50]) / 2) / 50
        let found = try scores("pixel_flipping", evidence(relevance: distinct))
        XCTAssertEqual(found["pixel_flipping"]!, area, accuracy: 1e-5)
    }

    /// AutoTimm's area is divided by the probability at the image.
    func testThePresetOfAutoTimm() throws {
        let evidence = evidence(relevance: products)
        for name in ["deletion", "insertion"] {
            let preset = try scores("\(name):autotimm", evidence)
            let plain = try scores(name, evidence)
            XCTAssertEqual(preset["\(name):autotimm"]!, plain["\(name)_relative"]!)
            XCTAssertEqual(
                preset["\(name)_half_steps:autotimm"]!,
                plain["\(name)_half_steps"]! / sigmoid(logit), accuracy: 1e-6)
        }
    }

    /// Scores depend on the image's seed alone, not on how many images run at a time.
    func testTheBatchSizeChangesNothing() throws {
        let relevance = (0..<Self.count).map { Float($0 * 5 % 7) }
        let names = [
            "deletion", "insertion", "sensitivity_n", "average_drop", "irof:grid_8", "infidelity",
            "pixel_flipping",
        ]
        for name in names {
            let first = try scores(name, evidence(relevance: relevance, batchSize: 3))
            let second = try scores(name, evidence(relevance: relevance, batchSize: 50))
            for (key, value) in first { XCTAssertEqual(second[key]!, value, accuracy: 1e-6, key) }
        }
    }

    func testAConstantMapHasNoOrder() throws {
        let constant = evidence(relevance: [Float](repeating: 2, count: Self.count))
        let names = [
            "deletion", "insertion", "faithfulness_correlation", "average_drop", "irof",
            "infidelity", "pixel_flipping", "deletion:autotimm", "region_perturbation", "road",
        ]
        for name in names {
            let reasons = try constant.scores([MetricRegistry.make(name)]).map(\.value.reason)
            XCTAssertEqual(Set(reasons), [.constantMap], name)
        }
    }
}
