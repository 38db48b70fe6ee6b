import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// Models that are adapted to removed pixels, and found by later evaluations.
final class AdaptationTests: XCTestCase {
    private final class Events: Sendable {
        let steps = Mutex<[String]>([])
    }

    /// The stages that took steps.
    private func trained(_ body: () throws -> Void) rethrows -> [String] {
        let events = Events()
        let subscription = RunEvents.subscribe { event in
            if case .step(let step) = event { events.steps.withLock { $0.append(step.stage) } }
        }
        defer { RunEvents.unsubscribe(subscription) }
        try body()
        return Set(events.steps.withLock { $0 }).sorted()
    }

    private static let metrics = "evaluate.metrics=[idsds, f_fidelity]"

    private func reasons(_ results: Results, _ metric: String) -> Set<String> {
        Set(
            results.scores.filter { $0.metric == metric && $0.reason != "negative label" }
                .map(\.reason))
    }

    func testOneModelServesAllMethodsAndLaterEvaluations() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let checkpoint = try Experiment(small.configuration("run")).train()
        let settings = [
            Self.metrics, "adapt.epochs=1", "adapt.batch_size=8",
            "evaluate.explanations=[input_x_gradient, gradient]",
        ]
        func configuration(_ more: [String] = []) throws -> Configuration {
            try small.configuration("run", settings + more)
        }
        func evaluated(_ more: [String] = []) throws -> Results {
            try evaluateCheckpoint(checkpoint, on: configuration(more))
        }
        let none = "no model is adapted to removed pixels (plumbline adapt)"
        let before = try evaluated()
        XCTAssertEqual(reasons(before, "idsds"), [none])
        XCTAssertEqual(reasons(before, "f_fidelity_minus"), [none])

        let stages = try trained {
            _ = try adaptCheckpoint(checkpoint) { _ in try configuration() }
        }
        XCTAssertEqual(stages, ["adapt_patches", "adapt_pixels"])
        let paths = try adaptCheckpoint(checkpoint) { _ in try configuration() }
        XCTAssertEqual(Set(paths).count, 2)
        // A second call trains nothing.
        XCTAssertEqual(
            try trained { _ = try adaptCheckpoint(checkpoint) { _ in try configuration() } }, [])
        // The adapted models are others than the evaluated one, and than each other.
        let weights = try (paths + [checkpoint]).map { path in
            try Checkpoint.read(path).weights["classifier.weight"]?.values
        }
        XCTAssertEqual(Set(weights.map { $0 ?? [] }).count, 3)
        XCTAssertEqual(try Checkpoint.facts(paths[0]).stage, "adapt_patches")

        let after = try evaluated()
        XCTAssertEqual(reasons(after, "idsds"), [""])
        XCTAssertEqual(reasons(after, "f_fidelity"), [""])
        XCTAssertEqual(Set(after.runs.map(\.factors.explanation)).count, 2)
        // Other settings of the adaptation, another model and other data are another stage.
        for change in ["adapt.epochs=2", "adapt.learning_rate=0.01", "data.frontal_only=false"] {
            XCTAssertEqual(reasons(try evaluated([change]), "idsds"), [none], change)
        }
        let other = try Experiment(small.configuration("other", ["train.epochs=2"])).train()
        let store = "evaluate.adapted_models=\(small.folder)/run/adapted"
        XCTAssertEqual(
            reasons(try evaluateCheckpoint(other, on: configuration([store])), "idsds"), [none])
        // The settings of the evaluation and of the starting model change nothing.
        for change in ["evaluate.batch_size=3", "train.epochs=7", "align.lambda=5"] {
            XCTAssertEqual(reasons(try evaluated([change]), "idsds"), [""], change)
        }
    }

    /// A score must not depend on the other images or on the size of batches.
    func testScoresDoNotDependOnBatches() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let checkpoint = try Experiment(small.configuration("run")).train()
        let settings = [Self.metrics, "adapt.epochs=1"]
        _ = try adaptCheckpoint(checkpoint) { _ in try small.configuration("run", settings) }
        let values = try [1, 8].map { size in
            try evaluateCheckpoint(
                checkpoint,
                on: small.configuration("run", settings + ["evaluate.batch_size=\(size)"])
            ).scores.map { $0.value ?? .nan }
        }
        for (one, eight) in zip(values[0], values[1]) where !one.isNaN {
            XCTAssertEqual(one, eight, accuracy: 1e-4)
        }
    }

    /// A run that was interrupted ends with the same weights.
    func testAnInterruptedAdaptationResumes() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let checkpoint = try Experiment(small.configuration("run")).train()
        func adapt(_ folder: String) throws -> [String] {
            let settings = [
                "adapt.epochs=2", "evaluate.adapted_models=\(small.folder)/\(folder)",
                "checkpoint_minutes=0",
            ]
            return try adaptCheckpoint(checkpoint, to: [.patches]) { _ in
                try small.configuration("run", settings)
            }
        }
        let whole = try adapt("whole")[0]
        let program = try Program()
        defer { program.remove() }
        // A process that is killed in the middle: it writes its state after every step.
        let yaml = try program.write(
            small.configuration("run").yaml(commented: false), to: "small.yaml")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = [
            "adapt", "--checkpoint", checkpoint, "--data", yaml, "--removal", "patches", "--set",
            "adapt.epochs=2", "--set", "evaluate.adapted_models=\(small.folder)/killed", "--set",
            "checkpoint_minutes=0",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        func state() -> String? {
            let store = "\(small.folder)/killed"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
            return names.map { "\(store)/\($0)/state.h5" }
                .first { FileManager.default.fileExists(atPath: $0) }
        }
        while process.isRunning, state() == nil { usleep(500) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let resumed = try adapt("killed")[0]
        XCTAssertEqual(
            try Checkpoint.read(resumed).weights.mapValues(\.values),
            try Checkpoint.read(whole).weights.mapValues(\.values))
        XCTAssertEqual(
            (resumed as NSString).deletingLastPathComponent.split(separator: "/").last,
            (whole as NSString).deletingLastPathComponent.split(separator: "/").last)
    }
}
