import Foundation
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// The curves that scores sum up, on a linear model.
final class CurveTests: XCTestCase {
    private static let side = 20
    private static let count = side * side

    private func evidence(constant: Bool = false) -> Evidence {
        let pixels = (0..<Self.count).map { Float($0 * 7 % 64) / 63 }
        let weights = (0..<Self.count).map { Float($0 * 13 % 29 - 14) / 200 }
        let image = Tensor(pixels, shape: [1, Self.side, Self.side, 1])
        let model = LinearClassifier(weights)
        let relevance = zip(pixels, weights).map { constant ? 1 : $0 * $1 }
        return Evidence(
            id: "image", target: 0, logits: model.logits(image, .evaluation).values, image: image,
            explanation: "gradient",
            relevance: Tensor(relevance, shape: [Self.side, Self.side, 1]),
            probe: Probe(
                model: model, method: Evaluator.Method("gradient", GradientExplanation()),
                target: 0),
            seed: 3)
    }

    private func area(_ curve: Curve) -> Double {
        zip(curve.shares.indices, curve.shares.indices.dropFirst()).reduce(0) { area, step in
            area + (curve.shares[step.1] - curve.shares[step.0])
                * (curve.values[step.0] + curve.values[step.1]) / 2
        }
    }

    /// The score of deletion and insertion is the area of the curve that is given beside it.
    func testTheAreaOfTheCurveIsTheScore() throws {
        let evidence = evidence()
        for name in ["deletion", "insertion:black"] {
            let measured = try evidence.measure([MetricRegistry.make(name)])
            let curve = try XCTUnwrap(measured.curves.first)
            XCTAssertEqual(measured.curves.count, 1)
            XCTAssertEqual(curve.metric, name)
            XCTAssertEqual(curve.shares, (0...50).map { Double($0) / 50 })
            let score = try XCTUnwrap(measured.scores[0].value.value)
            XCTAssertEqual(area(curve), score, accuracy: 1e-12)
            XCTAssertNotEqual(curve.values.first, curve.values.last)
            // The same scores as without curves.
            XCTAssertEqual(measured.scores, try evidence.scores([MetricRegistry.make(name)]))
        }
    }

    func testTheCurvesOfROADGiveItsScore() throws {
        let measured = try evidence().measure([ROAD()])
        XCTAssertEqual(
            measured.curves.map(\.series), ["least relevant first", "most relevant first"])
        XCTAssertEqual(measured.curves[0].shares, [0, 0.2, 0.4, 0.6, 0.8])
        XCTAssertEqual(measured.curves[0].values[0], measured.curves[1].values[0])
        let differences = (1...4).map {
            (measured.curves[0].values[$0] - measured.curves[1].values[$0]) / 2
        }
        XCTAssertEqual(
            differences.reduce(0, +) / 4, try XCTUnwrap(measured.scores[0].value.value),
            accuracy: 1e-12)
    }

    func testTheCurveOfRegionPerturbationGivesItsScore() throws {
        let measured = try evidence().measure([RegionPerturbation(side: 8, most: 4)])
        let curve = try XCTUnwrap(measured.curves.first)
        XCTAssertEqual(curve.values.count, 5)
        XCTAssertEqual(curve.shares[0], 0)
        // A square of 8 x 8 pixels, or what is left of it at the edge.
        let sizes = zip(curve.shares.dropFirst(), curve.shares).map {
            Int((($0 - $1) * Double(Self.count)).rounded())
        }
        XCTAssertTrue(sizes.allSatisfy([64, 32, 16].contains), "\(sizes)")
        let falls = curve.values.reduce(0) { $0 + curve.values[0] - $1 }
        XCTAssertEqual(
            falls / 5, try XCTUnwrap(measured.scores[0].value.value), accuracy: 1e-12)
    }

    func testAConstantMapHasNoCurve() throws {
        let measured = try evidence(constant: true).measure(
            [RemovalScore(.deletion), ROAD(), RegionPerturbation()])
        XCTAssertEqual(measured.curves, [])
        XCTAssertTrue(measured.scores.allSatisfy { $0.value == .missing(.constantMap) })
    }
}
