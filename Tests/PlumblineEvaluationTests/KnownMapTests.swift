import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors
import XCTest

/// Maps of two and four pixels, whose scores can be worked out on paper.
final class KnownMapTests: XCTestCase {
    private func scores(
        _ names: [String], _ map: [Float], mask pixels: [Bool], height: Int = 1
    ) throws -> [String: Measured] {
        let width = map.count / height
        let mask = Mask(height: height, width: width, pixels: pixels)
        let evidence = MapEvidence(
            id: "image", relevance: Tensor(map, shape: [height, width, 1]),
            annotations: Annotations(mask: { mask }, boxes: { mask }))
        let metrics = try names.map { try MetricRegistry.make($0) as! any MapMetric }
        return Dictionary(
            uniqueKeysWithValues: try evidence.scores(metrics).map { ($0.metric, $0.value) })
    }

    /// Relevance 3 and 1; the mask is the first or the second pixel.
    func testTwoPixels() throws {
        let expected: [(name: String, first: Double, second: Double)] = [
            ("mass_accuracy", 0.75, 0.25), ("rank_accuracy", 1, 0), ("mask_area_share", 0.5, 0.5),
            ("saliency_coverage", 0.75, 0.25), ("explanation_coverage:range_0.5", 1, 0),
            ("ground_truth_coverage:range_0.5", 1, 0), ("iou:range_0.5", 1, 0),
            ("dice:range_0.5", 1, 0), ("pointing_game:0", 1, 0), ("pointing_game:1", 1, 1),
            ("hit_rate", 1, 0), ("energy_pointing_game", 0.75, 0.25),
            ("top_k_intersection:0.5", 1, 0), ("mask_auroc", 1, 0),
            ("mask_average_precision", 1, 0.5),
            // Gini index of 1 and 3; the entropy of 1/4 and 3/4.
            ("sparseness", 0.25, 0.25),
            ("entropy", log(4) - 0.75 * log(3), log(4) - 0.75 * log(3)),
            ("effective_complexity", 2, 2),
        ]
        let names = expected.map(\.name)
        let first = try scores(names, [3, 1], mask: [true, false])
        let second = try scores(names, [3, 1], mask: [false, true])
        for row in expected {
            XCTAssertEqual(first[row.name]?.value ?? .nan, row.first, accuracy: 1e-6, row.name)
            XCTAssertEqual(second[row.name]?.value ?? .nan, row.second, accuracy: 1e-6, row.name)
        }
    }

    /// Equal pixels have no order, but a spread that is known.
    func testAUniformMap() throws {
        let names = [
            "mass_accuracy", "rank_accuracy", "iou", "hit_rate", "mask_auroc", "sparseness",
            "entropy", "effective_complexity",
        ]
        for value: Float in [0.5, 1, 1000] {
            let found = try scores(
                names, [value, value, value, value], mask: [true, false, false, false], height: 2)
            for name in names[..<5] {
                XCTAssertEqual(found[name]?.reason, .constantMap, name)
            }
            XCTAssertEqual(found["sparseness"]?.value ?? .nan, 0, accuracy: 1e-9)
            XCTAssertEqual(found["entropy"]?.value ?? .nan, log(4), accuracy: 1e-6)
            XCTAssertEqual(found["effective_complexity"]?.value, 4)
        }
        let zero = try scores(names, [0, 0, 0, 0], mask: [true, false, false, false], height: 2)
        for name in names { XCTAssertNotNil(zero[name]?.reason, name) }
    }

    /// All relevance on one pixel is as sparse as four pixels can be.
    func testOnePixel() throws {
        let found = try scores(
            ["sparseness", "entropy", "effective_complexity", "mass_accuracy"], [0, 0, 7, 0],
            mask: [true, false, true, false], height: 2)
        XCTAssertEqual(found["sparseness"]?.value ?? .nan, 0.75, accuracy: 1e-6)
        XCTAssertEqual(found["entropy"]?.value ?? .nan, 0, accuracy: 1e-9)
        XCTAssertEqual(found["effective_complexity"]?.value, 1)
        XCTAssertEqual(found["mass_accuracy"]?.value, 1)
    }
}
