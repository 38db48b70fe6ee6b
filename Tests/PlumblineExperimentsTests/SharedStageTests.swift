import Foundation
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// Stages that several runs share, found by what determines their results.
final class SharedStageTests: XCTestCase {
    private final class Events: Sendable {
        let all = Mutex<[RunEvent]>([])
    }

    private func events(_ body: () throws -> Void) rethrows -> [RunEvent] {
        let events = Events()
        let subscription = RunEvents.subscribe { event in events.all.withLock { $0.append(event) } }
        defer { RunEvents.unsubscribe(subscription) }
        try body()
        return events.all.withLock { $0 }
    }

    /// The stages that took steps.
    private func trained(_ body: () throws -> Void) rethrows -> Set<String> {
        Set(
            try events(body).compactMap { event in
                if case .step(let step) = event { step.stage } else { nil }
            })
    }

    /// The checkpoints that were read, as `stage/file`.
    private func reads(_ body: () throws -> Void) rethrows -> [String] {
        try events(body).compactMap { event in
            guard case .loaded(let path) = event else { return nil }
            return path.split(separator: "/").suffix(2).joined(separator: "/")
        }
    }

    private let all: Set = ["start", "align", "misalign"]

    private func stages(_ store: String, _ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store)
            .filter { $0.hasPrefix("\(name)-") }
    }

    func testRunsThatDifferInEvaluationTrainNothingTwice() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let sharing = ["train.shared=\(small.folder)/store"]
        XCTAssertEqual(try trained { try small.run("alone") }, all)
        XCTAssertEqual(try trained { try small.run("one", sharing) }, all)
        let other = [
            "evaluate.explanations=[input_x_gradient]", "evaluate.checkpoint=best_location",
            "evaluate.batch_size=3", "checkpoints.keep=[last, best_location]",
        ]
        XCTAssertEqual(try trained { try small.run("two", sharing + other) }, [])
        for run in ["one", "two"] {
            for stage in all {
                XCTAssertEqual(
                    try small.weights(run, stage), try small.weights("alone", stage), stage)
            }
        }
        for stage in all {
            XCTAssertEqual(try stages("\(small.folder)/store", stage).count, 1)
        }
        let results = try Results.read("\(small.folder)/two/results.h5")
        XCTAssertEqual(results.runs.map(\.factors.scenario), ["start", "align", "misalign"])
        XCTAssertEqual(Set(results.runs.map(\.factors.explanation)), ["input_x_gradient"])
    }

    func testWhatAStageDependsOnTrainsItAgain() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let sharing = ["train.shared=\(small.folder)/store"]
        try small.run("one", sharing)
        let scenarios: Set = ["align", "misalign"]
        for (settings, stages) in [
            (["align.lambda=3"], scenarios), (["align.learning_rate=0.002"], scenarios),
            (["align.explanation=input_x_gradient"], scenarios), (["seed=4"], all),
            (["train.learning_rate=0.001"], all), (["data.size=40"], all),
            (["align.scenarios=[misalign]"], []), (["model.pretraining=mine"], []),
        ] {
            let name = settings[0]
            XCTAssertEqual(
                try trained { try small.run(name, sharing + settings) }, stages, name)
        }
    }

    func testOtherContentsOfFilesTrainAgain() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let sharing = ["train.shared=\(small.folder)/store"]
        var number = 0
        func again() throws -> Set<String> {
            number += 1
            return try trained { try small.run("run\(number)", sharing) }
        }
        XCTAssertEqual(try again(), all)
        XCTAssertEqual(try again(), [])
        // The images keep their names, and their labels.
        let images = try small.images("train")
        try small.exchange(images[0], images[1])
        XCTAssertEqual(try again(), all)
        try small.exchange(images[0], images[1])
        XCTAssertEqual(try again(), [])
        let csv = "\(small.folder)/train.csv"
        let labels = try String(contentsOfFile: csv, encoding: .utf8)
        let line = labels.split(separator: "\n").last!
        try labels.replacingOccurrences(
            of: line, with: line.replacingOccurrences(of: "1.0", with: "0.0")
        )
        .write(toFile: csv, atomically: true, encoding: .utf8)
        XCTAssertEqual(try again(), all)
        try labels.write(toFile: csv, atomically: true, encoding: .utf8)
        XCTAssertEqual(try again(), [])
        // The starting model is trained without masks.
        let masks = "\(small.folder)/gt_segmentations_train.json"
        try FileManager.default.removeItem(atPath: masks)
        try FileManager.default.copyItem(
            atPath: "\(small.folder)/gt_segmentations_valid.json", toPath: masks)
        XCTAssertEqual(try again(), ["align", "misalign"])
    }

    func testDataThatWereMovedAreTheSame() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let sharing = ["train.shared=\(small.folder)/store"]
        try small.run("one", sharing)
        let moved = "\(small.folder)/moved"
        try FileManager.default.createDirectory(atPath: moved, withIntermediateDirectories: true)
        for name in ["train", "train.csv", "gt_segmentations_train.json"] {
            try FileManager.default.moveItem(
                atPath: "\(small.folder)/\(name)", toPath: "\(moved)/\(name)")
        }
        let paths = [
            "data.align.labels=\(moved)/train.csv",
            "data.align.masks=\(moved)/gt_segmentations_train.json",
        ]
        XCTAssertEqual(try trained { try small.run("two", sharing + paths) }, [])
    }

    func testAStageOfTheRunItselfIsUsed() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let store = "\(small.folder)/store"
        try small.run("one", ["align.scenarios=[align]"])
        XCTAssertEqual(
            try trained { try small.run("one", ["train.shared=\(store)"]) }, ["misalign"])
        XCTAssertEqual(try stages(store, "start") + stages(store, "align"), [])
        XCTAssertEqual(try stages(store, "misalign").count, 1)
        let message = small.message {
            try small.run("one", ["train.shared=\(store)", "align.lambda=2"])
        }
        XCTAssertTrue(message.contains("was made with align.lambda = 1"), message)
        // Files of others are not removed.
        try FileManager.default.createDirectory(
            atPath: "\(small.folder)/two/align", withIntermediateDirectories: true)
        try "mine".write(
            toFile: "\(small.folder)/two/align/notes.txt", atomically: true, encoding: .utf8)
        var refusal = ""
        let stages = trained {
            refusal = small.message { try small.run("two", ["train.shared=\(store)"]) }
        }
        XCTAssertTrue(refusal.contains("two/align: is in the place of a link"), refusal)
        XCTAssertEqual(stages, [])
    }

    func testTheStartingModelIsReadOnce() throws {
        let small = try SmallRun()
        defer { small.remove() }
        // A model that was just trained is in memory.
        let scenarios = ["align/last.h5", "misalign/last.h5"]
        XCTAssertEqual(try reads { try small.run("one") }, scenarios)
        XCTAssertEqual(try reads { try small.run("one") }, ["start/last.h5"] + scenarios)
        let best = ["data.selection=evaluation", "evaluate.checkpoint=best_auroc"]
        let bests = all.map { "\($0)/best_auroc.h5" }.sorted()
        XCTAssertEqual(try reads { try small.run("best", best) }.sorted(), bests)
    }
}
