import PlumblineMetrics
import Foundation
import XCTest

/// Scores of other programs (Tools/oracle/metrics_reference.py): Quantus, scikit-learn, scipy,
/// scikit-image, OpenCV and the published code of Shared Interest.
final class LocalisationReferenceTests: XCTestCase {
    private struct Fixture: Decodable {
        struct Region: Decodable {
            let area: Int
            let iou: Double
            let dice: Double
            let explanationCoverage: Double
            let groundTruthCoverage: Double
        }
        struct Row: Decodable {
            let map: String
            let mask: String
            let auroc: Double
            let precision: Double
            let regions: [String: Region]
            let saliencyCoverage: Double
            let pointing: Double
            let hit: Double
            let pointingChance: Double
            let iouChance: Double
            let topK: Double?
            let mass: Double?
            let rank: Double?
        }
        struct Alone: Decodable {
            let gini: Double
            let entropy: Double
            let effectiveComplexity: Double
        }
        struct Similarity: Decodable {
            let first: String
            let second: String
            let pearson: Double
            let spearman: Double
            let ssim: Double
            let hog: Double
        }
        struct Part: Decodable {
            let precision: Double
            let recall: Double
            let ph: Double
            let truePrecision: Double
            let iou: Double
            let dice: Double
        }
        let height: Int
        let width: Int
        let tolerance: Int
        let maps: [String: [Float]]
        let masks: [String: String]
        let parts: [String: String]
        let scores: [Row]
        let alone: [String: Alone]
        let similarity: [Similarity]
        let partScores: [String: [String: Part]]

        static func read() throws -> Fixture {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Fixtures/localisation.json")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
        }

        func map(_ name: String) -> HeatMap {
            HeatMap(height: height, width: width, values: maps[name]!)
        }

        static func pixels(_ text: String) -> [Bool] { text.map { $0 == "1" } }
    }

    private let rules: [String: Binarisation] = [
        "std": .meanPlus(deviations: 1), "percentile": .percentile(0.9),
        "range": .shareOfRange(0.3), "otsu": .otsu,
    ]

    private func same(
        _ score: Measured, _ expected: Double, _ what: String, accuracy: Double = 1e-9,
        line: UInt = #line
    ) {
        guard let value = score.value else {
            return XCTFail("\(what): \(score), not \(expected)", line: line)
        }
        XCTAssertEqual(value, expected, accuracy: accuracy, what, line: line)
    }

    func testScoresByAMask() throws {
        let fixture = try Fixture.read()
        XCTAssertGreaterThan(fixture.scores.count, 30)
        var ranks = 0
        for row in fixture.scores {
            let what = "\(row.map), \(row.mask)"
            let map = fixture.map(row.map)
            let mask = Fixture.pixels(fixture.masks[row.mask]!)
            let detection = MaskDetection(map, mask)
            same(detection.areaUnderROC, row.auroc, what)
            same(detection.averagePrecision, row.precision, what)
            same(RelevanceShares.saliencyCoverage(map, mask), row.saliencyCoverage, what)
            let tolerance = fixture.tolerance
            same(PointingGame.hit(map, mask, tolerance: tolerance), row.pointing, what)
            same(PointingGame.hit(map, mask, tolerance: 0), row.hit, what)
            XCTAssertEqual(
                PointingGame.chance(
                    mask, height: map.height, width: map.width, tolerance: tolerance),
                row.pointingChance, accuracy: 1e-12, what)
            if let topK = row.topK { same(topKIntersection(map, mask, k: 24), topK, what) }
            if let rank = row.rank {
                ranks += 1
                let positive = HeatMap(
                    height: map.height, width: map.width, values: map.values.map { max($0, 0) })
                same(rankAccuracy(positive, mask).accuracy, rank, what)
            }
            if let mass = row.mass { same(massAccuracy(map, mask), mass, what) }
        }
        XCTAssertGreaterThan(ranks, 10)
    }

    func testExplainedRegions() throws {
        let fixture = try Fixture.read()
        for row in fixture.scores {
            let map = fixture.map(row.map)
            let mask = Fixture.pixels(fixture.masks[row.mask]!)
            for (name, rule) in rules {
                let what = "\(row.map), \(row.mask), \(name)"
                guard case .pixels(let region) = rule.region(of: map) else {
                    XCTFail("\(what): no region")
                    continue
                }
                guard let expected = row.regions[name] else {
                    XCTAssertFalse(region.contains(true), what)
                    continue
                }
                let overlap = RegionOverlap(region, mask)
                XCTAssertEqual(overlap.explained, expected.area, what)
                same(overlap.intersectionOverUnion, expected.iou, what)
                same(overlap.dice, expected.dice, what)
                same(overlap.explanationCoverage, expected.explanationCoverage, what)
                same(overlap.groundTruthCoverage, expected.groundTruthCoverage, what)
                if name == "std" {
                    XCTAssertEqual(
                        overlap.expectedIntersectionOverUnion, row.iouChance, accuracy: 1e-12, what)
                }
            }
        }
    }

    /// Quantus adds 1e-7 to each pixel for the Gini index, and 1e-12 for the entropy.
    func testComplexity() throws {
        let fixture = try Fixture.read()
        for (name, expected) in fixture.alone {
            let map = fixture.map(name)
            same(MapComplexity.gini(map), expected.gini, name, accuracy: 1e-4)
            same(MapComplexity.entropy(map), expected.entropy, name, accuracy: 1e-6)
            same(MapComplexity.effectiveComplexity(map), expected.effectiveComplexity, name)
        }
    }

    func testSimilarity() throws {
        let fixture = try Fixture.read()
        for row in fixture.similarity {
            let what = "\(row.first), \(row.second)"
            let (first, second) = (fixture.map(row.first), fixture.map(row.second))
            same(MapSimilarity.pearson(first, second), row.pearson, what)
            same(MapSimilarity.spearman(first, second), row.spearman, what)
            same(MapSimilarity.structural(first, second), row.ssim, what, accuracy: 1e-7)
            same(
                MapSimilarity.orientedGradients(doubled(first), doubled(second)), row.hog, what,
                accuracy: 1e-6)
        }
    }

    /// Every pixel four times, so that there are several cells of oriented gradients.
    private func doubled(_ map: HeatMap) -> HeatMap {
        let (height, width) = (2 * map.height, 2 * map.width)
        return HeatMap(
            height: height, width: width,
            values: (0..<height * width).map { index in
                map.values[index / width / 2 * map.width + index % width / 2]
            })
    }

    func testParts() throws {
        let fixture = try Fixture.read()
        let named = fixture.parts.sorted { $0.key < $1.key }
            .map { (name: $0.key, pixels: Fixture.pixels($0.value)) }
        for (name, expected) in fixture.partScores {
            let parts = PartHeatMap(fixture.map(name), parts: named, theta: 0.5).parts
            XCTAssertEqual(parts.map(\.name), ["head", "tail", PartHeatMap.background])
            for part in parts {
                let what = "\(name), \(part.name)"
                let row = try XCTUnwrap(expected[part.name])
                same(part.precision, row.precision, what)
                same(part.recall, row.recall, what)
                same(part.harmonicMean, row.ph, what)
                same(part.truePrecision, row.truePrecision, what)
                same(part.intersectionOverUnion, row.iou, what)
                same(part.dice, row.dice, what)
            }
        }
    }
}
