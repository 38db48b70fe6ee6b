import Foundation
import PlumblineExperiments
import PlumblineStorage
import PlumblineTraining
import XCTest

/// Every objective and every target moves explanations in the direction of its name.
final class ObjectiveDirectionTests: XCTestCase {
    private func meanScore(_ results: Results, _ scenario: String) throws -> Double {
        let run = try XCTUnwrap(results.runs.first { $0.factors.scenario == scenario }).run
        let values = results.scores.filter { $0.run == run && $0.metric == "mass_accuracy" }
            .compactMap(\.value)
        XCTAssertFalse(values.isEmpty)
        return values.reduce(0, +) / Double(values.count)
    }

    func testEveryObjectiveSeparatesAlignFromMisalign() throws {
        let small = try SmallRun(count: 48)
        defer { small.remove() }
        let sharing = "train.shared=\(small.folder)/store"
        for kind in LocationLoss.Kind.allCases {
            // Squared relevance has the unit of a squared gradient, so its weight is another one.
            let lambda = kind == .rrr ? 100 : 2
            try small.run(
                kind.rawValue,
                [
                    sharing, "align.loss=\(kind.rawValue)", "align.lambda=\(lambda)",
                    "align.epochs=6", "align.learning_rate=0.003", "train.epochs=4",
                ])
            let results = try Results.read("\(small.folder)/\(kind.rawValue)/results.h5")
            XCTAssertGreaterThan(
                try meanScore(results, "align"), try meanScore(results, "misalign") + 0.02,
                kind.rawValue)
        }
    }

    func testOtherTargetsLeaveTheMask() throws {
        let small = try SmallRun(count: 48)
        defer { small.remove() }
        try small.run(
            "targets",
            [
                "align.scenarios=[align, border, rows, box]", "align.lambda=2",
                "align.epochs=6", "align.learning_rate=0.003", "train.epochs=4",
            ])
        let results = try Results.read("\(small.folder)/targets/results.h5")
        let align = try meanScore(results, "align")
        for target in ["border", "rows"] {
            XCTAssertGreaterThan(align, try meanScore(results, target) + 0.02, target)
        }
        // The box of a mask contains it.
        XCTAssertGreaterThan(
            try meanScore(results, "box"), try meanScore(results, "border") + 0.02)
    }
}
