import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// A model that was trained on permuted labels, and the comparison of maps with it.
final class DataRandomisationTests: XCTestCase {
    func testLabelsArePermutedAndStored() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let results = try small.run(
            "permuted", ["train.permuted_labels=true", "align.scenarios=[align]"])
        let rows = try XCTUnwrap(results.permutedLabels)
        XCTAssertEqual(rows.count, 24)
        XCTAssertEqual(Set(rows.map(\.image)), Set(rows.map(\.labelsOf)))
        XCTAssertGreaterThan(rows.count { $0.image != $0.labelsOf }, 12)
        let read = try Results.read("\(small.folder)/permuted/results.h5")
        XCTAssertEqual(read.permutedLabels, rows)
        XCTAssertEqual(Set(read.runs.map(\.factors.labels)), ["permuted"])
        let csv = try String(
            contentsOfFile: "\(small.folder)/permuted/start/permuted_labels.csv", encoding: .utf8)
        XCTAssertEqual(csv.split(separator: "\n").count, 25)
        XCTAssertTrue(csv.hasPrefix("image,labels_of\n\(rows[0].image),\(rows[0].labelsOf)\n"))
        // Own labels give another model, and no table.
        let own = try small.run("own", ["align.scenarios=[align]"])
        XCTAssertNil(own.permutedLabels)
        XCTAssertEqual(Set(own.runs.map(\.factors.labels)), [""])
        XCTAssertNotEqual(
            try small.weights("permuted", "start"), try small.weights("own", "start"))
        // Another seed permutes otherwise.
        let other = try small.run(
            "seed", ["train.permuted_labels=true", "align.scenarios=[align]", "seed=4"])
        XCTAssertNotEqual(other.permutedLabels, rows)
    }

    /// A store keeps both kinds of model, and one of own labels under its name of before.
    func testTheStoreTellsThemApart() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let store = "\(small.folder)/store"
        for (name, value) in [("own", "false"), ("permuted", "true"), ("again", "true")] {
            _ = try Experiment(
                small.configuration(
                    name, ["train.shared=\(store)", "train.permuted_labels=\(value)"])
            ).train()
        }
        let stages = try FileManager.default.contentsOfDirectory(atPath: store)
            .filter { $0.hasPrefix("start-") }
        XCTAssertEqual(stages.count, 2)
    }

    func testMapsAreComparedWithTheModelOfPermutedLabels() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let own = try Experiment(small.configuration("own")).train()
        let permuted = try Experiment(
            small.configuration("permuted", ["train.permuted_labels=true"])
        ).train()
        func evaluated(_ model: String) throws -> Results {
            try evaluateCheckpoint(
                own,
                on: small.configuration(
                    "own",
                    [
                        "evaluate.metrics=[data_randomisation]",
                        "evaluate.permuted_labels_model=\(model)",
                    ]))
        }
        let names = ["", "_pearson", "_ssim", "_hog"].map { "data_randomisation\($0)" }
        let none = try evaluated("")
        let results = try evaluated(permuted)
        for name in names {
            let reasons = none.scores.filter { $0.metric == name }.map(\.reason)
            XCTAssertTrue(
                reasons.contains("no model of permuted labels (evaluate.permuted_labels_model)"))
            let values = results.scores.filter { $0.metric == name }.compactMap(\.value)
            XCTAssertEqual(values.count, results.runs[0].positives, name)
            XCTAssertTrue(values.allSatisfy { abs($0) <= 1 + 1e-6 }, "\(name) \(values)")
        }
        // The two models are not the same.
        XCTAssertTrue(
            results.scores.filter { $0.metric == names[0] }.compactMap(\.value)
                .allSatisfy { $0 < 0.999999 })
        // A model of own labels is refused.
        let message = small.message { _ = try evaluated(own) }
        XCTAssertTrue(
            message.contains("was not trained with train.permuted_labels: true"), message)
        XCTAssertTrue(message.contains("evaluate.permuted_labels_model"), message)
    }
}
