import Foundation
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// Runs that share a starting model, what a stage keeps, and what a dry run says.
final class SharedStartTests: XCTestCase {
    private func steps(_ stage: String, _ body: () throws -> Void) rethrows -> Int {
        let count = Atomic<Int>(0)
        try withoutActuallyEscaping(body) { body in
            let counter = Counter()
            let subscription = RunEvents.subscribe { event in
                if case .step(let step) = event, step.stage == stage { counter.add() }
            }
            defer { RunEvents.unsubscribe(subscription) }
            try body()
            count.store(counter.value, ordering: .relaxed)
        }
        return count.load(ordering: .relaxed)
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        func add() { count.add(1, ordering: .relaxed) }
        var value: Int { count.load(ordering: .relaxed) }
    }

    private func weights(_ path: String) throws -> [String: [UInt32]] {
        try Checkpoint.read(path).weights.mapValues { $0.values.map(\.bitPattern) }
    }

    private func starts(_ store: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store).sorted()
    }

    func testTwoRunsTrainASharedStartOnce() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let store = "\(small.folder)/store"
        let sharing = ["train.shared=\(store)", "align.scenarios=[align]"]
        try small.run("alone", ["align.scenarios=[align]"])
        XCTAssertGreaterThan(try steps("start") { try small.run("one", sharing) }, 0)
        let second = try steps("start") {
            try small.run("two", sharing + ["align.lambda=3", "align.learning_rate=0.002"])
        }
        XCTAssertEqual(second, 0)
        XCTAssertEqual(try starts(store).count, 1)
        for run in ["one", "two"] {
            XCTAssertEqual(try small.weights(run, "start"), try small.weights("alone", "start"))
        }
        XCTAssertEqual(try small.weights("one", "align"), try small.weights("alone", "align"))
        XCTAssertNotEqual(try small.weights("two", "align"), try small.weights("alone", "align"))
        // What the start depends on makes another.
        XCTAssertGreaterThan(
            try steps("start") { try small.run("three", sharing + ["seed=4"]) }, 0)
        XCTAssertEqual(try starts(store).count, 2)
    }

    func testOtherImagesMakeAnotherStart() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let sharing = ["train.shared=\(small.folder)/store", "align.scenarios=[align]"]
        try small.run("one", sharing)
        let csv = "\(small.folder)/train.csv"
        let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")
        try lines.dropLast().joined(separator: "\n").write(
            toFile: csv, atomically: true, encoding: .utf8)
        XCTAssertGreaterThan(try steps("start") { try small.run("two", sharing) }, 0)
        XCTAssertEqual(try starts("\(small.folder)/store").count, 2)
    }

    func testWhatAStageKeeps() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let one = ["align.scenarios=[align]"]
        func size(_ run: String) throws -> Int {
            let path = "\(small.folder)/\(run)/align/last.h5"
            return try FileManager.default.attributesOfItem(atPath: path)[.size] as! Int
        }
        try small.run("plain", one)
        try small.run("moments", one + ["checkpoints.optimiser=true"])
        XCTAssertNil(try Checkpoint.read("\(small.folder)/plain/align/last.h5").optimiser)
        XCTAssertNotNil(try Checkpoint.read("\(small.folder)/moments/align/last.h5").optimiser)
        XCTAssertLessThan(try size("plain"), try size("moments"))
        XCTAssertEqual(try small.weights("plain", "align"), try small.weights("moments", "align"))
        try small.run("last", one + ["checkpoints.keep=[last]"])
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(small.folder)/last/align")
        XCTAssertEqual(files, ["last.h5"])
        for (settings, words) in [
            (["checkpoints.keep=[best_auroc]"], "checkpoints.keep: must contain last"),
            (
                ["checkpoints.keep=[last]", "evaluate.checkpoint=best_location"],
                "checkpoints.keep: must contain best_location"
            ),
        ] {
            let message = small.message { _ = try small.configuration("x", settings) }
            XCTAssertTrue(message.contains(words), message)
        }
    }

    func testADryRunCountsAndWritesNothing() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let configuration = try small.configuration("dry")
        let before = try FileManager.default.subpathsOfDirectory(atPath: small.folder).sorted()
        let estimate = try Experiment(configuration).estimate()
        XCTAssertEqual(
            try FileManager.default.subpathsOfDirectory(atPath: small.folder).sorted(), before)
        XCTAssertEqual(estimate.stages.map(\.name), ["start", "align", "misalign"])
        XCTAssertEqual(estimate.stages.map(\.totalSteps), [3, 3, 3])
        XCTAssertTrue(estimate.stages.allSatisfy { $0.state == .new && $0.trainingImages == 24 })
        XCTAssertGreaterThan(try XCTUnwrap(estimate.seconds), 0)
        try small.run("dry", ["align.scenarios=[align]"])
        let after = try Experiment(configuration).estimate()
        XCTAssertEqual(after.stages.map(\.state), [.found, .found, .new])
        // The start has its last checkpoint, a scenario its best by location too.
        let weights = try Checkpoint.read("\(small.folder)/dry/start/last.h5").weights
        let bytes = weights.values.reduce(0) { $0 + 4 * $1.values.count }
        XCTAssertEqual(estimate.stages.map(\.finalBytes), [bytes, 2 * bytes, 2 * bytes])
        let disk = try XCTUnwrap(estimate.disks.first)
        XCTAssertGreaterThan(disk.neededBytes, 5 * bytes)
        XCTAssertGreaterThan(try XCTUnwrap(disk.freeBytes), 0)
    }

    func testAFullDiskIsSaidBefore() throws {
        let small = try SmallRun()
        defer { small.remove() }
        var estimate = try Experiment(small.configuration("disk")).estimate()
        try estimate.checkDisks()
        estimate.disks[0].freeBytes = estimate.disks[0].neededBytes - 1
        let message = small.message { try estimate.checkDisks() }
        XCTAssertTrue(message.contains("are free on its disk"), message)
    }
}
