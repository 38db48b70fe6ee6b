import Foundation
import PlumblineMetrics
import XCTest

/// Values of scikit-learn and scipy (Tools/oracle/judge_reference.py).
final class JudgeAgreementTests: XCTestCase {
    private struct Row: Decodable {
        let name: String
        let first: [Double]
        let second: [Double]
        let pearson: Double
        let kappa: [String: Double]
        let acceptance: Double
        let sameSide: Double
    }

    func testAgainstScikitLearnAndScipy() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/agreement.json")
        let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: path))
        XCTAssertEqual(rows.count, 6)
        for row in rows {
            let agreement = JudgeAgreement(row.first, row.second)
            func check(_ value: Measured, _ expected: Double?) throws {
                XCTAssertEqual(
                    try XCTUnwrap(value.value), try XCTUnwrap(expected), accuracy: 1e-12, row.name)
            }
            try check(agreement.pearson, row.pearson)
            try check(agreement.linearKappa, row.kappa["linear"])
            try check(agreement.quadraticKappa, row.kappa["quadratic"])
            try check(agreement.acceptanceRate, row.acceptance)
            try check(agreement.sameSide, row.sameSide)
            let categories = [row.first, row.second].map { $0.map { Int($0.rounded()) } }
            try check(
                weightedKappa(categories[0], categories[1], categories: 6, weights: .none),
                row.kappa["none"])
        }
    }

    func testWhatHasNoValue() {
        let none = JudgeAgreement([nil, 1], [2, nil])
        XCTAssertEqual(none.count, 0)
        XCTAssertEqual(none.left, 2)
        for value in [none.pearson, none.linearKappa, none.acceptanceRate, none.sameSide] {
            XCTAssertEqual(value, .missing(.noImages))
        }
        let equal = JudgeAgreement([3, 3, 3], [3, 3, 3])
        XCTAssertEqual(equal.quadraticKappa, .missing(.chanceIsPerfect))
        XCTAssertNil(equal.pearson.value)
        XCTAssertEqual(equal.acceptanceRate, .value(1))
        // 0.1 is not exact: the mean of equal numbers differs from them.
        XCTAssertNil(JudgeAgreement([0.1, 0.1, 0.1], [1, 2, 3]).pearson.value)
    }
}
