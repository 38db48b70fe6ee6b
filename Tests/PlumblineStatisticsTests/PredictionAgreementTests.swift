import Foundation
import PlumblineStatistics
import XCTest

/// Agreement of predictions against scikit-learn.
final class PredictionAgreementTests: XCTestCase {
    private struct Reference: Decodable {
        struct Case: Decodable {
            let first: [Double]?
            let second: [Double]?
            let firstClass: [String]?
            let secondClass: [String]?
            let agreement: Double
            let kappa: Double
            let mutualInformation: Double
            let largestDifference: Double?
        }
        let cases: [Case]
    }

    func testAgreementIsThatOfScikitLearn() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Reference/predictions.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let cases = try decoder.decode(Reference.self, from: Data(contentsOf: path)).cases
        XCTAssertEqual(cases.count, 5)
        for row in cases {
            let first = row.firstClass ?? row.first!.map { $0 > 0.5 ? "yes" : "no" }
            let second = row.secondClass ?? row.second!.map { $0 > 0.5 ? "yes" : "no" }
            let result = try XCTUnwrap(
                PredictionAgreement(
                    first, second, probabilities: (row.first ?? [], row.second ?? [])))
            XCTAssertEqual(result.agreement, row.agreement, accuracy: 1e-12)
            XCTAssertEqual(try XCTUnwrap(result.kappa), row.kappa, accuracy: 1e-12)
            XCTAssertEqual(result.mutualInformation, row.mutualInformation, accuracy: 1e-12)
            XCTAssertEqual(
                result.largestDifference, row.largestDifference ?? 0, accuracy: 1e-12)
        }
    }

    func testOneClassHasNoKappa() throws {
        let all = ["a", "a", "a"]
        let result = try XCTUnwrap(
            PredictionAgreement(all, all, probabilities: ([1, 1, 1], [1, 0.5, 1])))
        XCTAssertNil(result.kappa)
        XCTAssertEqual(result.agreement, 1)
        XCTAssertEqual(result.mutualInformation, 0)
        XCTAssertEqual(result.largestDifference, 0.5)
        XCTAssertNil(PredictionAgreement([], [], probabilities: ([], [])))
    }
}
