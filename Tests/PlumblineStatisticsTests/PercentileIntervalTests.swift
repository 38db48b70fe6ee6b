import Foundation
import PlumblineStatistics
import XCTest

final class PercentileIntervalTests: XCTestCase {
    private struct Fixture: Decodable {
        struct Interval: Decodable {
            let mean: Double
            let lower: Double
            let upper: Double
        }
        let overlaps: [Double]
        let hits: [Double]
        let intervals: [String: Interval]
    }

    /// `bootstrap_metric` and `compute_cis` of CheXlocalize, with the same random numbers
    /// (Tools/oracle/localisation_sets.py).
    ///
    /// They round to three places.
    func testTheIntervalIsThePublishedOne() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent(
                "../PlumblineMetricsTests/Fixtures/localisation_sets.json")
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
        for (name, values) in [("miou", fixture.overlaps), ("hit_rate", fixture.hits)] {
            let expected = try XCTUnwrap(fixture.intervals[name])
            let interval = try XCTUnwrap(percentileInterval(values, seed: 5))
            XCTAssertEqual(interval.lower, expected.lower, accuracy: 0.0005 + 1e-9, name)
            XCTAssertEqual(interval.upper, expected.upper, accuracy: 0.0005 + 1e-9, name)
            XCTAssertEqual(interval, percentileInterval(values.reversed(), seed: 5), name)
            XCTAssertEqual(interval.method, "percentile bootstrap of 1000 resamples")
        }
    }

    /// Images of a patient are drawn together, so that equal ones add nothing.
    func testGroupsAreDrawnAsOne() throws {
        let values = (0..<20).map { Double($0 % 7) }
        let alone = try XCTUnwrap(percentileInterval(values))
        let tripled = values.flatMap { [$0, $0, $0] }
        let groups = (0..<20).flatMap { [String](repeating: "patient \($0)", count: 3) }
        let grouped = try XCTUnwrap(percentileInterval(tripled, groups: groups))
        XCTAssertEqual(grouped.lower, alone.lower, accuracy: 1e-12)
        XCTAssertEqual(grouped.upper, alone.upper, accuracy: 1e-12)
        XCTAssertEqual(grouped.units, 20)
        XCTAssertTrue(grouped.method.hasSuffix("over groups"))
        let ungrouped = try XCTUnwrap(percentileInterval(tripled))
        XCTAssertLessThan(
            ungrouped.upper - ungrouped.lower, 0.8 * (grouped.upper - grouped.lower))
    }

    func testTooFewValuesHaveNoInterval() {
        XCTAssertNil(percentileInterval([]))
        XCTAssertNil(percentileInterval([1]))
        XCTAssertNil(percentileInterval([1, .nan]))
        XCTAssertNil(percentileInterval([1, 2], groups: ["a", "a"]))
    }
}
