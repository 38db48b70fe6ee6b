import Datasets
import Metrics
import Reports
import Storage
import XCTest

final class ReportsTests: XCTestCase {
    private func row(_ scenario: String, _ image: String, mass: Double?, reason: String = "")
        -> ImageResult
    {
        ImageResult(
            run: scenario, image: image, className: "C", model: "m", explanation: "gradient",
            pretraining: "p", scenario: scenario, label: 1,
            probability: 0.5, massAccuracy: mass, rankAccuracy: mass, tiedShare: 0,
            missingReason: reason)
    }

    func testGapIsPairedByImageAndCountsWhatIsMissing() {
        var results = Results()
        for (scenario, values) in [
            ("align", [0.5, 0.6, nil, 0.9]), ("misalign", [0.1, 0.4, 0.3, 0.3]),
        ] as [(String, [Double?])] {
            let run = RunResult(
                run: scenario, className: "C", model: "m", explanation: "gradient",
                pretraining: "p", scenario: scenario, images: 4, positives: 4, metrics: [:])
            // In another order for the second: pairs go by name.
            let rows = values.enumerated().map {
                row(scenario, "image \($0)", mass: $1, reason: $1 == nil ? "not finite" : "")
            }
            results.replace(
                run: run, images: scenario == "align" ? rows : rows.reversed(), curve: nil,
                explanations: [:])
        }
        let gap = GapReport(results).gaps.first { $0.score == "mass accuracy" }!
        XCTAssertEqual(gap.gap.count, 3)
        XCTAssertEqual(gap.gap.mean, (0.4 + 0.2 + 0.6) / 3, accuracy: 1e-12)
        XCTAssertEqual(gap.missing, ["not finite": 1])
        XCTAssertTrue(GapReport(results).text.contains("1 not finite"))
    }

    func testOnePairHasNoInterval() {
        var results = Results()
        for (scenario, mass) in [("align", 0.5), ("misalign", 0.4)] {
            let run = RunResult(
                run: scenario, className: "C", model: "m", explanation: "gradient",
                pretraining: "p", scenario: scenario, images: 1, positives: 1, metrics: [:])
            results.replace(
                run: run, images: [row(scenario, "image", mass: mass)], curve: nil,
                explanations: [:])
        }
        let report = GapReport(results)
        XCTAssertNil(report.gaps[0].gap.interval)
        XCTAssertTrue(report.text.contains("+0.100"))
        XCTAssertFalse(report.text.contains("+0.100 to +0.100"), report.text)
    }

    func testPanelDrawsFilmMaskAndMaps() {
        let film = RasterImage(height: 32, width: 32, channels: 1, filledWith: 0.5)
        var mask = Mask(height: 32, width: 32)
        for y in 8..<16 { for x in 8..<16 { mask.pixels[y * 32 + x] = true } }
        let map = HeatMap(height: 32, width: 32, values: (0..<1024).map { Float($0) })
        let panel = Panel.draw([.init(film: film, mask: mask, maps: [("start", map, "mass 0.10")])])
        XCTAssertEqual(panel.channels, 3)
        // The hottest pixel has the map's last colour.
        let place = ((24 + 31) * panel.width + 8 + 2 * 40 + 31) * 3
        XCTAssertEqual(Array(panel.values[place..<(place + 3)]), [0.988, 0.998, 0.645])
    }
}
