import Foundation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage
import XCTest

/// Sweeps that run: shared stages, failures, shards, several processes, and one table of all.
final class SweepRunTests: XCTestCase {
    private var small: SmallSweep!

    override func setUpWithError() throws { small = try SmallSweep() }

    override func tearDown() { small.remove() }

    private let axes = [
        "align.lambda: [1, 3]", "align.seed: [0, 1]", "scenario: [align, misalign]",
    ]

    @discardableResult
    private func collected(_ sweep: Sweep) throws -> Results {
        let path = "\(sweep.folder)/collected.h5"
        _ = try SweepCollection(sweep).write(path)
        return try Results.read(path)
    }

    private func stages(_ sweep: Sweep, _ name: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "\(sweep.folder)/stages")
            .count { $0.hasPrefix("\(name)-") }
    }

    func testEverythingIsTrainedOnceAndCollectedInOneTable() throws {
        let sweep = try small.sweep("one", axes: axes)
        var runner = try SweepRunner(sweep)
        XCTAssertEqual(try runner.run().finished, 8)
        XCTAssertEqual(try stages(sweep, "start"), 1)
        XCTAssertEqual(try stages(sweep, "align"), 4)
        var again = try SweepRunner(sweep)
        let second = try again.run()
        XCTAssertEqual([second.finished, second.found], [0, 8])

        try collected(sweep)
        let results = try Results.read("\(sweep.folder)/collected.h5")
        XCTAssertEqual(results.runs.count, 9)
        XCTAssertEqual(results.runs.count { $0.factors.scenario == "start" }, 1)
        XCTAssertEqual(results.cells?.rowCount, 8)
        XCTAssertEqual(results.cells?.texts("align.seed")?[2], "1")
        // Two scores of each of the four pairs, which have the starting model in common.
        let report = GapReport(results)
        XCTAssertEqual(report.gaps.count, 8)
        XCTAssertEqual(results.pairs?.rowCount, 8)
        XCTAssertEqual(results.pairs?.reals("mean")?[0], report.gaps[0].gap?.mean)
        XCTAssertFalse(report.text.contains("none of them is compared"), report.text)
    }

    /// Cells that are done must not stand beside cells of other images.
    func testAChangedInputFileIsNoticed() throws {
        let axes = ["scenario: [align]"]
        var runner = try SweepRunner(try small.sweep("one", axes: axes))
        XCTAssertEqual(try runner.run().finished, 1)
        let sweep = try small.sweep("one", axes: axes)
        _ = try SweepRunner(sweep)
        let labels = sweep.cells[0].configuration.data.evaluate.labels
        let text = try String(contentsOfFile: labels, encoding: .utf8)
        try text.split(separator: "\n").dropLast().joined(separator: "\n")
            .write(toFile: labels, atomically: true, encoding: .utf8)
        XCTAssertThrowsError(try SweepRunner(sweep)) { error in
            XCTAssertTrue("\(error)".contains("data.evaluate.labels"), "\(error)")
            XCTAssertTrue("\(error)".contains(sweep.cells[0].name), "\(error)")
        }
    }

    func testACellHasTheScoresOfAnOrdinaryRun() throws {
        let sweep = try small.sweep("one", axes: ["align.lambda: [3]"])
        var runner = try SweepRunner(sweep)
        _ = try runner.run()
        try collected(sweep)
        let results = try Results.read("\(sweep.folder)/collected.h5")
        let ordinary = try small.small.run("plain", ["align.lambda=3"])
        XCTAssertEqual(results.runs.map(\.checkpointHash), ordinary.runs.map(\.checkpointHash))
        XCTAssertEqual(results.scores, ordinary.scores)
    }

    func testAFailedCellKeepsItsReasonAndIsRetried() throws {
        let weights = "\(small.folder)/weights.h5"
        let sweep = try small.sweep(
            "one",
            axes: [
                "start:", "  fresh: {model.weights: ''}", "  given: {model.weights: \(weights)}",
                "scenario: [align]",
            ])
        var runner = try SweepRunner(sweep)
        let outcome = try runner.run()
        XCTAssertEqual([outcome.finished, outcome.failed], [1, 1])
        guard case .failed(let reason) = try sweep.state(sweep.cells[1]) else {
            return XCTFail("the cell did not fail")
        }
        XCTAssertTrue(reason.contains(weights), reason)
        XCTAssertEqual(reason.split(separator: "\n").count, 1)
        var again = try SweepRunner(sweep)
        XCTAssertEqual(try again.run().failedBefore, 1)

        let store = "\(sweep.folder)/stages"
        let start = try FileManager.default.contentsOfDirectory(atPath: store)
            .first { $0.hasPrefix("start-") }!
        try FileManager.default.copyItem(atPath: "\(store)/\(start)/last.h5", toPath: weights)
        var retry = try SweepRunner(sweep, retriesFailed: true)
        XCTAssertEqual(try retry.run().finished, 1)
        XCTAssertEqual(try SweepStatus(sweep).counts.done, 2)
    }

    func testShardsShareTheCells() throws {
        XCTAssertNil(SweepShard("2/2"))
        XCTAssertNil(SweepShard("-1/2"))
        XCTAssertNil(SweepShard("1"))
        let sweep = try small.sweep("one", axes: axes)
        var first = try SweepRunner(sweep, shard: SweepShard("0/3"))
        XCTAssertEqual(try first.run().finished, 3)
        var second = try SweepRunner(sweep, shard: SweepShard("1/3"))
        XCTAssertEqual(try second.run().finished, 3)
        XCTAssertEqual(try SweepStatus(sweep).counts.waiting, 2)
    }

    func testThePlanCountsTheSteps() throws {
        let sweep = try small.sweep("one", axes: axes)
        let text = try SweepPlan(sweep).text
        XCTAssertTrue(text.contains("8 cells"), text)
        XCTAssertTrue(text.contains("1 starting models, 8 fine-tunes"), text)
        // 24 images: 3 steps of 4 x 2 images.
        let row = text.split(separator: "\n").first { $0.hasPrefix("| densenet_mini |") }
        let fields = row?.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        XCTAssertEqual(fields.map { Array($0[1...3]) }, ["gradient", "8", "3"])
        XCTAssertTrue(text.contains("8 cells are done") == false)
    }

    func testAPlanWithoutDataSaysWhatIsMissing() throws {
        let sweep = try Sweep(
            small.write(
                "one", axes: axes, rest: ["expected_images: {align: 100, evaluate: 10}"]),
            overrides: ["data.align.labels=/nowhere/labels.csv"])
        let text = try SweepPlan(sweep).text
        XCTAssertTrue(text.contains("data.align.labels: /nowhere/labels.csv"), text)
        XCTAssertTrue(text.contains("|    13 |"), text)
    }

    func testTwoProcessesNeverDoTheSameCell() throws {
        let program = try Program()
        defer { program.remove() }
        let alone = try small.sweep("alone", axes: axes)
        var runner = try SweepRunner(alone)
        _ = try runner.run()
        let path = try small.write("both", axes: axes)
        let group = DispatchGroup()
        let outputs = Outputs()
        for name in ["a", "b"] {
            DispatchQueue.global().async(group: group) {
                let run = try? program.run(["sweep", "run", path, "--quiet"], streams: name)
                outputs.add(run?.output ?? "", run?.code ?? -1)
            }
        }
        group.wait()
        XCTAssertEqual(outputs.codes, [0, 0])
        let finished = outputs.texts.compactMap { Int($0.split(separator: " ")[0]) }
        XCTAssertEqual(finished.reduce(0, +), 8, "\(outputs.texts)")
        let results = try collected(Sweep(path))
        let expected = try collected(alone)
        // The test and the program are two programs.
        func withoutProgram(_ runs: [RunResult]) -> [RunResult] {
            runs.map {
                var run = $0
                run.program = ""
                return run
            }
        }
        XCTAssertEqual(withoutProgram(results.runs), withoutProgram(expected.runs))
        XCTAssertEqual(results.images, expected.images)
        XCTAssertEqual(results.scores, expected.scores)
        XCTAssertEqual(results.cells, expected.cells)
    }

    func testWhatKilledProcessesLeaveIsRemoved() throws {
        let sweep = try small.sweep("one", axes: ["scenario: [align]"])
        _ = try SweepRunner(sweep)
        let files = ["a.claim.1.new", ".clock-1", "b.claim.2.new"].map {
            "\(sweep.folder)/claims/\($0)"
        }
        for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
        let hourAgo = Date(timeIntervalSinceNow: -3600)
        for file in files.prefix(2) {
            try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: file)
        }
        _ = try SweepRunner(sweep)
        // The last one may belong to a process that is at work.
        XCTAssertEqual(
            files.map { FileManager.default.fileExists(atPath: $0) }, [false, false, true])
    }

    func testAClaimOfAKilledProcessIsTakenOver() throws {
        let path = try small.write("killed", axes: axes)
        let sweep = try Sweep(path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["sweep", "run", path, "--quiet"]
        try process.run()
        let claims = "\(sweep.folder)/claims"
        var isClaimed = false
        for _ in 0..<2000 where !isClaimed {
            usleep(5_000)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: claims)) ?? []
            isClaimed = names.contains { $0.hasPrefix("tune-") && $0.hasSuffix(".claim") }
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        XCTAssertTrue(isClaimed)
        XCTAssertEqual(try SweepStatus(sweep).counts.running, 0)
        var runner = try SweepRunner(sweep)
        let outcome = try runner.run()
        XCTAssertEqual(outcome.finished + outcome.found, 8)
        XCTAssertEqual(try SweepStatus(sweep).counts.done, 8)
    }
}

/// What several processes wrote, collected from their threads.
private final class Outputs: @unchecked Sendable {
    private let lock = NSLock()
    private(set) var texts: [String] = []
    private(set) var codes: [Int32] = []

    func add(_ text: String, _ code: Int32) {
        lock.lock()
        defer { lock.unlock() }
        texts.append(text)
        codes.append(code)
    }
}
