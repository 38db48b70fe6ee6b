import PlumblineReports
import PlumblineStorage
import XCTest

/// Shares of switches in a design whose effects are known.
final class SwitchReportTests: XCTestCase {
    /// The gap is 0.1, plus 0.2 by the first switch, 0.04 by the second, and 0.06 by both.
    private func results(leavingOut: Int = 0) -> Results {
        var pairs: [StudyResults.Pair] = []
        for seed in 0..<2 {
            for start in ["scratch", "pretrained"] {
                for explanation in ["gradient", "lrp"] {
                    var gap = 0.1 + 0.01 * Double(seed)
                    if start == "pretrained" { gap += 0.2 }
                    if explanation == "lrp" { gap += start == "pretrained" ? 0.1 : 0.04 }
                    pairs.append(
                        .init(start: start, seed: seed, explanation: explanation, gap: gap))
                }
            }
        }
        return StudyResults.make(Array(pairs.dropLast(leavingOut)))
    }

    private func value(_ table: ReportTable, _ part: String) -> Double? {
        let row = table.rows.first { $0[1] == .text("gap of mass") && $0[2] == .text(part) }
        if case .number(let value, _)? = row?[3] { return value }
        return nil
    }

    func testSharesSumToTheDifference() throws {
        let table = try SwitchReport(results(), path: "x.h5").table
        XCTAssertEqual(value(table, "all off")!, 0.105, accuracy: 1e-12)
        XCTAssertEqual(value(table, "all on")!, 0.405, accuracy: 1e-12)
        XCTAssertEqual(value(table, "difference")!, 0.3, accuracy: 1e-12)
        // An interaction is shared equally.
        XCTAssertEqual(value(table, "start")!, 0.23, accuracy: 1e-12)
        XCTAssertEqual(value(table, "align.explanation")!, 0.07, accuracy: 1e-12)
    }

    /// An axis whose name ends with "seed", such as output_seed, is not one.
    func testOnlyTheKeysNamedSeedAreSeeds() throws {
        var results = results()
        var cells = Table()
        for (name, values) in try XCTUnwrap(results.cells).columns {
            cells.add(name == "align.lambda" ? "output_seed" : name, values)
        }
        results.cells = cells
        let table = try SwitchReport(
            results, path: "x.h5", axes: ["start", "align.explanation"]
        ).table
        XCTAssertEqual(table.rows[0][0], .text("output_seed=1.0"))
    }

    func testASeedWithoutACombinationIsLeftOut() throws {
        let table = try SwitchReport(results(leavingOut: 1), path: "x.h5").table
        XCTAssertEqual(value(table, "all off")!, 0.1, accuracy: 1e-12)
        XCTAssertTrue(table.notes.contains("1 seeds lack a combination and are left out"))
    }

    func testAnAxisThatIsNoSwitchIsRefused() {
        XCTAssertThrowsError(try SwitchReport(results(), path: "x.h5", axes: ["seed2"])) {
            XCTAssertEqual(
                "\($0)",
                "x.h5: seed2 is no axis of two levels; there are start, align.explanation")
        }
    }
}
