import Foundation
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// `--log json`, `--quiet`, `--dry-run`, and two processes that share a starting model.
final class LogOptionTests: XCTestCase {
    private static let shared = try! Program()
    private var program: Program { Self.shared }

    override class func setUp() {
        _ = try! shared.run([
            "phantoms", "films", "--name", "films", "--count", "32", "--size", "40",
        ])
        _ = try! shared.write(
            """
            data:
              classes: [Cardiomegaly, Pleural Effusion]
              target: Cardiomegaly
              size: 32
              align: {labels: films/films.csv, masks: films/gt_segmentations_films.json}
            model: {name: densenet_mini}
            train: {epochs: 2, batch_size: 8}
            align: {epochs: 1, scenarios: [align]}
            evaluate: {panel_images: 0}
            threads: 1
            """, to: "config.yaml")
    }

    override class func tearDown() { shared.remove() }

    private func run(_ settings: [String], _ options: String...) throws
        -> (code: Int32, output: String, errors: String)
    {
        let overrides = settings.flatMap { ["--set", $0] }
        return try program.run(["run", "config.yaml"] + overrides + options)
    }

    func testJSONLinesParseOneByOne() throws {
        let found = try run(["output=json"], "--log", "json")
        XCTAssertEqual(found.code, 0, found.errors)
        let events = try found.errors.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try XCTUnwrap((object as? [String: Any])?["event"] as? String)
        }
        for kind in ["stage_began", "step", "stage_finished", "saved", "finished"] {
            XCTAssertTrue(events.contains(kind), "\(kind): \(events)")
        }
        // An error is an object too.
        let failed = try run(["output=json", "seed=5"], "--log", "json")
        XCTAssertEqual(failed.code, 1)
        let last = try XCTUnwrap(failed.errors.split(separator: "\n").last)
        let object = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        XCTAssertEqual(object?["event"] as? String, "error")
        XCTAssertTrue((object?["message"] as? String ?? "").contains("seed"))
    }

    func testQuietSaysErrorsOnly() throws {
        let quiet = try run(["output=quiet"], "--quiet")
        XCTAssertEqual(quiet.code, 0)
        XCTAssertEqual(quiet.errors, "")
        XCTAssertTrue(quiet.output.contains("results: quiet/results.h5"))
        let failed = try run(["output=quiet", "seed=5"], "--quiet")
        XCTAssertEqual(failed.code, 1)
        XCTAssertTrue(failed.errors.hasPrefix("plumbline: "), failed.errors)
        XCTAssertEqual(try run(["output=quiet"], "--quiet", "--verbose").code, 2)
    }

    func testVerboseSaysEveryStep() throws {
        let found = try run(["output=verbose"], "--verbose")
        XCTAssertEqual(found.code, 0, found.errors)
        XCTAssertTrue(found.errors.contains("start 1/"), found.errors)
        XCTAssertTrue(found.errors.contains("saved verbose/start/last.h5"), found.errors)
    }

    func testADryRunWritesNothing() throws {
        let found = try run(["output=dry", "train.shared=store"], "--dry-run")
        XCTAssertEqual(found.code, 0, found.errors)
        XCTAssertTrue(found.output.contains("start: to train, "), found.output)
        XCTAssertTrue(found.output.contains("time: about "), found.output)
        XCTAssertTrue(found.output.contains("disk: up to "), found.output)
        for folder in ["dry", "store"] {
            XCTAssertFalse(FileManager.default.fileExists(atPath: "\(program.folder)/\(folder)"))
        }
    }

    func testTwoProcessesShareAStart() throws {
        try shareBetweenTwoProcesses("start", ["train.epochs=20", "align.epochs=0"])
    }

    func testTwoProcessesShareAScenario() throws {
        try shareBetweenTwoProcesses("align", ["train.epochs=0", "align.epochs=10"])
    }

    /// Checks that one process trains a stage, that the other waits for it, and that both have the
    /// weights of a run that shares nothing.
    private func shareBetweenTwoProcesses(_ stage: String, _ settings: [String]) throws {
        let programs = [program, program]
        let store = "both-\(stage)"
        let arguments = (settings + ["train.shared=\(store)"]).flatMap { ["--set", $0] }
        let results = ["a", "b"].map { _ in Outcome() }
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            let name = ["a", "b"][index]
            results[index].set(
                try? programs[index].run(
                    ["run", "config.yaml", "--set", "output=\(store)-\(name)"] + arguments
                        + ["--log", "json"], streams: name))
        }
        var steps: [Int] = []
        for result in results {
            let found = try XCTUnwrap(result.value)
            XCTAssertEqual(found.code, 0, found.errors)
            steps.append(
                found.errors.split(separator: "\n").count {
                    $0.contains("\"event\":\"step\"") && $0.contains("\"stage\":\"\(stage)\"")
                })
        }
        XCTAssertEqual(steps.sorted().first, 0, "\(steps)")
        XCTAssertGreaterThan(steps.max()!, 0)
        let said = results.compactMap { $0.value?.errors }.joined()
        XCTAssertTrue(said.contains("is in use by process"), said)
        func weights(_ run: String) throws -> [String: [UInt32]] {
            try Checkpoint.read("\(program.folder)/\(run)/\(stage)/last.h5").weights
                .mapValues { $0.values.map(\.bitPattern) }
        }
        let alone = try run(["output=alone-\(stage)"] + settings)
        XCTAssertEqual(alone.code, 0, alone.errors)
        XCTAssertEqual(try weights("\(store)-a"), try weights("alone-\(stage)"))
        XCTAssertEqual(try weights("\(store)-b"), try weights("alone-\(stage)"))
    }

    /// A result that another thread sets.
    private final class Outcome: @unchecked Sendable {
        private(set) var value: (code: Int32, output: String, errors: String)?
        func set(_ value: (code: Int32, output: String, errors: String)?) { self.value = value }
    }

    /// The number of threads is stored with a checkpoint.
    func testAProcessBoundToOneProcessorUsesOneThread() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset") else {
            throw XCTSkip("taskset is not here")
        }
        let found = try program.run(
            [
                "-c", "0", Program.path, "run", "config.yaml", "--set", "output=bound", "--set",
                "threads=0", "--quiet",
            ], executable: "/usr/bin/taskset")
        XCTAssertEqual(found.code, 0, found.errors)
        let facts = try Checkpoint.facts("\(program.folder)/bound/start/last.h5")
        XCTAssertEqual(facts.identity["threads"], "1")
    }
}
