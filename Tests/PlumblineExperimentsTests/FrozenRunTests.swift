import Foundation
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// Runs with `train.frozen` and `align.frozen`.
final class FrozenRunTests: XCTestCase {
    private static let shared = try! SmallRun()
    private var small: SmallRun { Self.shared }

    override class func tearDown() { shared.remove() }

    private final class Notes: Sendable { let texts = Mutex<[String]>([]) }

    func testFrozenWeightsKeepTheirBits() throws {
        let notes = Notes()
        let subscription = RunEvents.subscribe { event in
            if case .note(let text) = event { notes.texts.withLock { $0.append(text) } }
        }
        defer { RunEvents.unsubscribe(subscription) }
        try small.run(
            "frozen", ["train.frozen=[\"*.bias\"]", "align.frozen=[features.*]"])
        let start = try small.weights("frozen", "start")
        let align = try small.weights("frozen", "align")
        for (name, values) in start {
            XCTAssertEqual(align[name] == values, name.hasPrefix("features."), name)
        }
        let untrained = try { () -> [String: [UInt32]] in
            try small.run("untrained", ["train.epochs=0", "align.epochs=0"])
            return try small.weights("untrained", "start")
        }()
        for (name, values) in untrained {
            let isFrozen = name.hasSuffix(".bias")
            XCTAssertEqual(start[name] == values, isFrozen, name)
        }
        let lines = notes.texts.withLock { $0.filter { $0.contains("frozen: ") } }
        XCTAssertEqual(
            lines.map { String($0.prefix(15)) },
            [
                "start: frozen: ", "align: frozen: ", "misalign: froze",
            ])
    }

    func testThePatternsAreChecked() throws {
        for (setting, end) in [
            (
                "align.frozen=[featurs.*]",
                "align.frozen: featurs.* matches no parameter of densenet_mini; "
                    + "the nearest is features.conv0.weight"
            ),
            ("train.frozen=[\"*\"]", "would be frozen; leave some to train"),
        ] {
            let message = small.message { try small.run("checked", [setting]) }
            XCTAssertTrue(message.hasSuffix(end), message)
        }
        try small.run("other", ["align.frozen=[\"*.bias\"]"])
        let message = small.message { try small.run("other", ["align.frozen=[features.*]"]) }
        XCTAssertTrue(message.contains("was made with align.frozen = [\"*.bias\"]"), message)
    }

    /// A run that goes on from a state that another process saved ends with the same bits.
    func testAResumedRunEndsWithTheSameBits() throws {
        let settings = [
            "align.frozen=[features.*]", "align.epochs=2", "checkpoint_minutes=0",
            "align.scenarios=[align]",
        ]
        let from = "\(small.folder)/whole"
        let to = "\(small.folder)/resumed"
        let files = FileManager.default
        for stage in ["start", "align"] {
            try files.createDirectory(
                atPath: "\(to)/\(stage)", withIntermediateDirectories: true)
        }
        let subscription = RunEvents.subscribe { event in
            guard case .saved(let path) = event, path.hasSuffix("align/state.h5") else { return }
            // The first state alone.
            try? FileManager.default.copyItem(atPath: path, toPath: "\(to)/align/state.h5")
        }
        try small.run("whole", settings)
        RunEvents.unsubscribe(subscription)
        try files.copyItem(atPath: "\(from)/start/last.h5", toPath: "\(to)/start/last.h5")
        let state = try Checkpoint.facts("\(to)/align/state.h5")
        XCTAssertEqual(state.step, 1)
        try small.run("resumed", settings)
        XCTAssertEqual(try small.weights("resumed", "align"), try small.weights("whole", "align"))
        let last = try Checkpoint.facts("\(to)/align/last.h5")
        XCTAssertGreaterThan(last.step, 2)
    }
}
