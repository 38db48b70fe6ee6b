import PlumblineTraining
import PlumblineExperiments
import Foundation
import PlumblineStorage
import XCTest

/// A run's folder: it goes on under the same settings and data alone, and a refusal changes
/// nothing.
final class RunFolderTests: XCTestCase {
    private static let shared = try! SmallRun()
    private var small: SmallRun { Self.shared }

    override class func tearDown() { shared.remove() }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(small.folder)/\(path)", encoding: .utf8)
    }

    func testAFinishedRunIsGivenAgain() throws {
        for (name, settings) in [
            ("again", []), ("given", ["train.epochs=0"]),
            ("untrained", ["train.epochs=0", "align.epochs=0"]),
        ] {
            let first = try small.run(name, settings)
            let second = try small.run(name, settings)
            XCTAssertEqual(first.images, second.images, name)
            XCTAssertFalse(first.images.isEmpty)
            XCTAssertEqual(first.curves.count, second.curves.count, name)
        }
    }

    func testOtherSettingsOfTheMethodAreRefused() throws {
        let own = ["align.explanation=smoothgrad", "explanation.steps=2"]
        try small.run("method", own)
        for (setting, key) in [
            ("explanation.steps=3", "explanation.steps"),
            ("explanation.noise=0.2", "explanation.noise"), ("align.lambda=2", "align.lambda"),
            ("train.epochs=2", "train.epochs"),
        ] {
            let message = small.message { try small.run("method", own + [setting]) }
            XCTAssertTrue(message.contains("was made with \(key) ="), message)
        }
        // SmoothGrad does not depend on the number of masks.
        try small.run("method", own + ["explanation.samples=7"])
    }

    func testARefusedRunChangesNothing() throws {
        try small.run("refused")
        func state() throws -> [String: Data] {
            let root = "\(small.folder)/refused"
            let names = FileManager.default.enumerator(atPath: root)!.compactMap { $0 as? String }
            return Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, FileManager.default.contents(atPath: "\(root)/\($0)") ?? Data())
                })
        }
        let before = try state()
        for setting in ["seed=77", "align.lambda=5", "data.size=40", "align.batch_size=3"] {
            let message = small.message { try small.run("refused", [setting]) }
            XCTAssertTrue(message.contains("was made with"), message)
            XCTAssertEqual(try state(), before, setting)
        }
    }

    func testDataThatChangedAreNoticed() throws {
        let other = try SmallRun()
        defer { other.remove() }
        try other.run("data")
        let csv = "\(other.folder)/train.csv"
        let whole = try String(contentsOfFile: csv, encoding: .utf8)
        let lines = whole.split(separator: "\n")
        try lines.dropLast().joined(separator: "\n").write(
            toFile: csv, atomically: true, encoding: .utf8)
        let fewer = other.message { try other.run("data") }
        XCTAssertTrue(fewer.contains("the images and labels of"), fewer)
        try whole.write(toFile: csv, atomically: true, encoding: .utf8)
        try other.run("data")
        let masks = "\(other.folder)/gt_segmentations_train.json"
        let valid = "\(other.folder)/gt_segmentations_valid.json"
        try FileManager.default.removeItem(atPath: masks)
        try FileManager.default.copyItem(atPath: valid, toPath: masks)
        let changed = other.message { try other.run("data") }
        XCTAssertTrue(changed.contains("changed: the content of data.align.masks"), changed)
    }

    func testASecondProcessIsToldWhoHoldsTheFolder() throws {
        let folder = "\(small.folder)/held"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var lock: FolderLock? = try FolderLock(folder)
        let message = small.message { try small.run("held") }
        XCTAssertTrue(message.contains("is in use by process \(getpid())"), message)
        XCTAssertNotNil(lock)
        lock = nil
        XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder), [])
        try small.run("held")
    }

    func testADamagedOrEditedStateIsRefused() throws {
        try small.run("state", ["checkpoints.optimiser=true"])
        let last = "\(small.folder)/state/align/last.h5"
        let state = "\(small.folder)/state/align/state.h5"
        let sound = try Checkpoint.read(last)
        try FileManager.default.removeItem(atPath: last)
        func refusal(_ edit: (inout Checkpoint) -> Void) throws -> String {
            var edited = sound
            edit(&edited)
            try edited.write(state)
            return small.message { try small.run("state") }
        }
        let edits: [(String, (inout Checkpoint) -> Void)] = [
            ("step", { $0.step = 1_000_000 }), ("epochs", { $0.metrics["epochs"] = 1e300 }),
            ("many epochs", { $0.metrics["epochs"] = 400 }), ("curve", { $0.curve = Table() }),
            ("seed", { $0.configuration += "\nseed: 4\n" }),
        ]
        for (name, edit) in edits {
            let message = try refusal(edit)
            XCTAssertTrue(message.contains("state.h5: "), "\(name): \(message)")
        }
        // The file as it was is taken.
        XCTAssertEqual(try refusal { _ in }, "nothing was thrown")
    }

    func testWhatAStageKeeps() throws {
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
        try small.run("kept", one + ["checkpoints.keep=[last]"])
        let files = try FileManager.default.contentsOfDirectory(
            atPath: "\(small.folder)/kept/align")
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

    func testWhatCheckpointsAreChosenOn() throws {
        func bests(_ name: String, _ settings: [String]) throws -> [String] {
            try small.run(name, settings + ["align.epochs=2", "align.scenarios=[align]"])
            return try FileManager.default.contentsOfDirectory(
                atPath: "\(small.folder)/\(name)/align"
            ).sorted()
        }
        XCTAssertEqual(try bests("loss", []), ["best_location.h5", "last.h5"])
        for selection in ["evaluation", "published", "held_out"] {
            XCTAssertEqual(
                try bests(selection, ["data.selection=\(selection)"]),
                ["best_auroc.h5", "best_location.h5", "last.h5"], selection)
        }
        // What is held out is not trained on: the weights differ.
        XCTAssertNotEqual(
            try small.weights("loss", "align"), try small.weights("held_out", "align"))
        XCTAssertEqual(
            try small.weights("loss", "align"), try small.weights("evaluation", "align"))
        // The training loss of the best epoch is what is stored with it.
        let best = try Checkpoint.read("\(small.folder)/loss/align/best_location.h5")
        let curve = try Checkpoint.read("\(small.folder)/loss/align/last.h5").curve
        let losses = curve.reals("location_loss")!
        let located = curve.reals("located_batches")!
        let half = losses.count / 2
        func mean(_ steps: Range<Int>) -> Double {
            let present = steps.filter { located[$0] > 0 }
            return present.reduce(0) { $0 + losses[$1] * located[$1] }
                / present.reduce(0) { $0 + located[$1] }
        }
        XCTAssertEqual(
            best.metrics["best_location_loss"]!, min(mean(0..<half), mean(half..<losses.count)),
            accuracy: 1e-12)
        let message = small.message {
            _ = try small.configuration("x", ["evaluate.checkpoint=best_auroc"])
        }
        XCTAssertTrue(message.contains("set data.selection: held_out"), message)
    }

    func testTheMethodTrainedThroughIsTheOneJudged() throws {
        let results = try small.run(
            "judged", ["align.explanation=input_x_gradient", "align.scenarios=[align]"])
        XCTAssertEqual(Set(results.runs.map(\.factors.explanation)), ["input_x_gradient"])
        // A checkpoint stores how it was made, whoever evaluates it.
        let data = try small.configuration("elsewhere", ["evaluate.explanations=[gradient]"])
        for (stage, method) in [("align", "input_x_gradient"), ("start", "")] {
            let path = "\(small.folder)/judged/\(stage)/last.h5"
            let factors = try evaluateCheckpoint(path, on: data).runs[0].factors
            XCTAssertEqual(factors.scenario, stage)
            XCTAssertEqual(factors.trainedThrough, method)
            XCTAssertEqual(factors.lambda, stage == "start" ? nil : 1)
            XCTAssertEqual(factors.checkpoint, "last")
            XCTAssertEqual(factors.steps, try Checkpoint.facts(path).step)
            let renamed = try evaluateCheckpoint(path, on: data, scenario: "mine").runs[0].factors
            XCTAssertEqual(renamed.scenario, "mine")
            XCTAssertEqual(renamed.trainedThrough, method)
        }
    }

    func testEvaluateTakesThePreprocessingOfTheCheckpoint() throws {
        let own = ["data.size=40", "data.mean=0.4", "data.channels=1"]
        let results = try small.run("preprocessing", own)
        let path = "\(small.folder)/preprocessing/start/last.h5"
        let yaml = """
            data:
              target: Cardiomegaly
              evaluate:
                labels: \(small.folder)/valid.csv
                masks: \(small.folder)/gt_segmentations_valid.json
            """
        func evaluate(_ overrides: [String] = []) throws -> Results {
            let data = try Configuration(yaml: yaml, file: "eval.yaml", overrides: overrides)
            return try evaluateCheckpoint(path, on: data, scenario: "start")
        }
        func accuracies(_ results: Results) -> [[Double?]] {
            let start = results.runs.filter { $0.factors.scenario == "start" }.map(\.run)
            return results.images.filter { start.contains($0.run) }.map { [$0.probability] }
                + results.scores.filter { start.contains($0.run) }.map { [$0.value] }
        }
        XCTAssertEqual(accuracies(try evaluate()), accuracies(results))
        for (setting, words) in [
            ("data.size=32", "data.size: is 32 here"), ("data.mean=0.5", "was made with 0.4"),
            ("data.classes=[Cardiomegaly]", "data.classes: are Cardiomegaly here"),
            ("data.target=Edema", "Edema"),
        ] {
            let message = small.message { _ = try evaluate([setting]) }
            XCTAssertTrue(message.contains(words), message)
        }
    }
}
