import Foundation
import PlumblineMetrics
import XCTest

/// Scores of whole sets by published code (Tools/oracle/localisation_sets.py): PxAP by
/// clovaai/wsolevaluation, thresholds, overlaps and hits by rajpurkarlab/cheXlocalize.
final class LocalisationSetTests: XCTestCase {
    private struct Fixture: Decodable {
        struct Image: Decodable {
            let map: [Float]
            let mask: String
        }
        struct Precision: Decodable {
            let published: Double
            let exact: Double
            let meanOfImages: Double
        }
        struct Thresholds: Decodable {
            let means: [Double]
            let best: Double
        }
        let height: Int
        let width: Int
        let tune: [Image]
        let report: [Image]
        let pxap: [String: Precision]
        let thresholds: Thresholds
        let overlaps: [Double]
        let hits: [Double]

        static func read() throws -> Fixture {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Fixtures/localisation_sets.json")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
        }

        func rows(_ images: [Image]) -> [(map: HeatMap, mask: [Bool])] {
            images.map { image in
                (
                    HeatMap(height: height, width: width, values: image.map),
                    image.mask.map { $0 == "1" }
                )
            }
        }
    }

    private func pixels(
        _ rows: [(map: HeatMap, mask: [Bool])], bins: Int = 1000
    ) -> PixelAveragePrecision {
        var pixels = PixelAveragePrecision(bins: bins)
        for row in rows { pixels.add(row.map, row.mask) }
        return pixels
    }

    /// The value is the published one, and the exact one lies within the bounds.
    func testPixelAveragePrecisionIsThePublishedOne() throws {
        let fixture = try Fixture.read()
        let report = fixture.rows(fixture.report)
        let constant = HeatMap(
            height: fixture.height, width: fixture.width,
            values: [Float](repeating: 2, count: fixture.height * fixture.width))
        for (name, rows) in [
            ("tune", fixture.rows(fixture.tune)), ("report", report),
            ("constant", Array(report[..<3]) + [(constant, report[3].mask)]),
        ] {
            let expected = try XCTUnwrap(fixture.pxap[name])
            let found = pixels(rows)
            let value = try XCTUnwrap(found.value.value)
            XCTAssertEqual(value, expected.published, accuracy: 1e-12, name)
            // It is not the mean over images.
            XCTAssertGreaterThan(abs(value - expected.meanOfImages), 0.05, name)
            for bins in [10, 100, 1000, 100_000] {
                let pixels = pixels(rows, bins: bins)
                let lowest = try XCTUnwrap(pixels.bounds.lowest.value)
                let highest = try XCTUnwrap(pixels.bounds.highest.value)
                XCTAssertLessThanOrEqual(lowest, expected.exact + 1e-12, "\(name), \(bins)")
                XCTAssertGreaterThanOrEqual(highest, expected.exact - 1e-12, "\(name), \(bins)")
                if bins == 100_000 {
                    XCTAssertEqual(pixels.value.value!, expected.exact, accuracy: 1e-4, name)
                }
            }
        }
        XCTAssertEqual(pixels(Array(report[..<3]) + [(constant, report[3].mask)]).withoutOrder, 1)
    }

    /// Counts of parts of the set add up to those of the set, and the order does not matter.
    func testPixelsOfPartsAddUp() throws {
        let fixture = try Fixture.read()
        let rows = fixture.rows(fixture.report)
        var first = pixels(Array(rows[4...]))
        first.add(pixels(Array(rows[..<4].reversed())))
        XCTAssertEqual(first.value, pixels(rows).value)
        XCTAssertEqual(first.images, rows.count)
        XCTAssertEqual(first.pixels, rows.count * fixture.height * fixture.width)
        XCTAssertEqual(
            first.chance.value!, Double(first.maskPixels) / Double(first.pixels), accuracy: 1e-15)
    }

    /// A set has one scale: the mask's pixels of the second image rank below others of the first.
    func testPixelsOfAllImagesAreOneRanking() {
        var pixels = PixelAveragePrecision()
        pixels.add(
            HeatMap(height: 1, width: 4, values: [4, 3, 1, 0]), [true, false, false, false])
        pixels.add(
            HeatMap(height: 1, width: 4, values: [8, 4, 0, 2]), [false, true, false, false])
        // In falling order: {4/4 hit, 8/8 miss}, 3/4, 4/8 hit, {1/4, 2/8}, {0, 0}.
        XCTAssertEqual(pixels.value.value!, 0.5 * (1.0 / 2) + 0.5 * (2.0 / 4), accuracy: 1e-15)
        XCTAssertEqual(PixelAveragePrecision().value.reason, .noImages)
        var empty = PixelAveragePrecision()
        empty.add(HeatMap(height: 1, width: 2, values: [0, 1]), [false, false])
        XCTAssertEqual(empty.value.reason, .emptyMask)
        empty = PixelAveragePrecision()
        empty.add(HeatMap(height: 1, width: 2, values: [0, 1]), [true, true])
        XCTAssertEqual(empty.value.reason, .fullMask)
    }

    func testTheTunedThresholdIsThePublishedOne() throws {
        let fixture = try Fixture.read()
        var tuning = ThresholdTuning()
        for row in fixture.rows(fixture.tune) { tuning.add(row.map, row.mask) }
        XCTAssertEqual(tuning.thresholds, [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
        XCTAssertEqual(tuning.best, fixture.thresholds.best)
        for (row, expected) in zip(tuning.rows, fixture.thresholds.means) {
            XCTAssertEqual(
                row.meanIntersectionOverUnion.value!, expected, accuracy: 1e-12,
                "\(row.threshold)")
        }
        let rule = Binarisation.shareOfRange(fixture.thresholds.best)
        for (index, row) in fixture.rows(fixture.report).enumerated() {
            guard case .pixels(let region) = rule.region(of: row.map) else {
                XCTFail("no region")
                continue
            }
            XCTAssertEqual(
                RegionOverlap(region, row.mask).intersectionOverUnion.value!,
                fixture.overlaps[index], accuracy: 1e-12, "\(index)")
            // Of several largest pixels the published code takes the first, here their share
            // counts.
            let largest = row.map.values.max()
            if row.map.values.count(where: { $0 == largest }) == 1 {
                XCTAssertEqual(
                    PointingGame.hit(row.map, row.mask, tolerance: 0).value, fixture.hits[index])
            }
        }
    }

    func testTuningCountsWhatItCannotScore() {
        var tuning = ThresholdTuning([0.25, 0.5])
        XCTAssertNil(tuning.best)
        tuning.add(HeatMap(height: 1, width: 2, values: [1, 1]), [true, false])
        tuning.add(HeatMap(height: 1, width: 2, values: [1, .nan]), [true, false])
        tuning.add(HeatMap(height: 1, width: 2, values: [1, 0]), [false, false])
        XCTAssertEqual(tuning.missing, [.constantMap: 1, .notFinite: 1, .emptyMask: 1])
        // Above 0.25 are two pixels, above 0.5 is one; 0.5 itself is not above.
        tuning.add(HeatMap(height: 1, width: 3, values: [0, 0.5, 1]), [false, true, true])
        XCTAssertEqual(tuning.rows.map(\.meanIntersectionOverUnion), [.value(1), .value(0.5)])
        XCTAssertEqual(tuning.best, 0.25)
        XCTAssertEqual(tuning.images, 1)
    }
}
