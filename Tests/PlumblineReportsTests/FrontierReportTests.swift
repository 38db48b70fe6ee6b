import PlumblineReports
import PlumblineStorage
import XCTest

/// The bend budget of known results.
final class FrontierReportTests: XCTestCase {
    /// Three lambdas and two seeds.
    private let pairs: [StudyResults.Pair] = [
        .init(seed: 0, lambda: 0.1, gap: 0.05, loss: 0),
        .init(seed: 0, lambda: 1, gap: 0.2, loss: 0.01),
        .init(seed: 0, lambda: 10, gap: 0.4, loss: 0.05),
        .init(seed: 1, lambda: 0.1, gap: 0.03, loss: 0.004),
        .init(seed: 1, lambda: 1, gap: 0.1, loss: 0.02),
        .init(seed: 1, lambda: 10, gap: 0.09, loss: 0.03),
    ]

    private func number(_ table: ReportTable, _ column: String, row: Int) -> Double? {
        let place = table.header.firstIndex(of: column)!
        if case .number(let value, _) = table.rows[row][place] { return value }
        return nil
    }

    func testTheBudgetIsTheMeanOverSeeds() throws {
        let report = try FrontierReport(
            [("a.h5", StudyResults.make(pairs))], loss: 0.025, metric: "mass_accuracy")
        let table = report.budgets
        XCTAssertEqual(table.rows.count, 1)
        // Seed 0 reaches 0.2 and seed 1 reaches 0.1.
        XCTAssertEqual(number(table, "gap", row: 0)!, 0.15, accuracy: 1e-9)
        // (0.05 x 10 + 0.2 x 15) / 25 and (0.03 x 16 + 0.1 x 5) / 25.
        XCTAssertEqual(number(table, "area", row: 0)!, (0.14 + 0.0392) / 2, accuracy: 1e-9)
        // Student's t of two values: 12.7062 standard errors of 0.05.
        XCTAssertEqual(
            number(table, "gap_upper", row: 0)!, 0.15 + 12.7062047364 * 0.05, accuracy: 1e-6)
        XCTAssertEqual(report.points.rows.count, 6)
    }

    /// The same pair in two files counts once; figures hold all curves.
    func testSeveralFiles() throws {
        let first = StudyResults.make(Array(pairs[..<3]))
        let report = try FrontierReport(
            [("a.h5", first), ("b.h5", StudyResults.make(pairs))], loss: 0.025)
        XCTAssertEqual(report.budgets.rows.count, 2)
        XCTAssertEqual(report.points.rows.count, 12)
        let svg = try report.figures()[0].figure.svg()
        XCTAssertTrue(svg.contains("loss of AUROC"))
    }

    func testResultsWithoutAPairAreRefused() {
        XCTAssertThrowsError(
            try FrontierReport([("a.h5", StudyResults.make([]))], loss: 0.1)
        ) { XCTAssertEqual("\($0)", "a.h5: no pair of align and misalign") }
    }
}
