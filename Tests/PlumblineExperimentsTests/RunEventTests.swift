import Foundation
import PlumblineExperiments
import PlumblineStorage
import Synchronization
import XCTest

/// The stream of events, and what the logs print of it.
final class RunEventTests: XCTestCase {
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

    /// The names of the events in order, without progress and notes.
    private func outline(_ events: [RunEvent]) -> [String] {
        events.compactMap { event in
            switch event {
            case .stageBegan(let stage, let finished, let total):
                return "\(stage) begins \(finished)/\(total)"
            case .step(let step): return "\(step.stage) step \(step.step)"
            case .epoch(let epoch): return "\(epoch.stage) epoch \(epoch.epoch)"
            case .stageFinished(let stage, _, let wasFinished):
                return "\(stage) \(wasFinished ? "was finished" : "finished")"
            case .saved(let path): return "saved \((path as NSString).lastPathComponent)"
            case .finished(let path): return "finished \((path as NSString).lastPathComponent)"
            case .interrupted: return "interrupted"
            case .progress, .note, .warning, .loaded: return nil
            }
        }
    }

    func testASubscriberSeesARunInOrder() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let settings = ["train.batch_size=12", "align.scenarios=[align]", "align.batch_size=12"]
        let seen = try events { try small.run("seen", settings) }
        XCTAssertEqual(
            outline(seen),
            [
                "start begins 0/2", "start step 1", "start step 2", "start epoch 1",
                "saved last.h5", "start finished", "align begins 0/1", "align step 1",
                "saved best_location.h5", "align epoch 1", "saved last.h5", "align finished",
                "finished results.h5",
            ])
        let again = try events { try small.run("seen", settings) }
        XCTAssertEqual(
            outline(again), ["start was finished", "align was finished", "finished results.h5"])
        XCTAssertTrue(
            seen.contains {
                guard case .step(let step) = $0 else { return false }
                return step.loss > 0 && step.totalSteps == 2 && step.learningRate == 0.002
            })
    }

    func testTheLibraryIsSilentWithoutASubscriber() throws {
        XCTAssertEqual(events {}.count, 0)
        Progress.note("nobody hears this")
        let heard = events { Progress.note("this") }
        XCTAssertEqual(heard, [.note("this")])
    }

    func testLinesForPeople() {
        let written = Mutex("")
        let log = TerminalLog(isTerminal: false) { text in written.withLock { $0 += text } }
        var step = TrainingStep(
            stage: "align", step: 2, totalSteps: 4, finishedBefore: 0, loss: 0.5,
            locationLoss: 0.25, gradientNorm: 1, learningRate: 0.1, imagesPerSecond: 8,
            loaderImagesPerSecond: 100, seconds: 10)
        log.show(.step(step))
        // Too soon after the last line.
        log.show(.step(step))
        step.step = 4
        log.show(.step(step))
        log.show(.warning("odd\u{1B}[2J"))
        log.show(.saved(path: "x"))
        XCTAssertEqual(
            written.withLock { $0 },
            """
            align 2/4 steps ETA 0:10  loss 0.5000  location 0.2500  8.0 images/s (loader 100)
            align 4/4 steps took 0:10  loss 0.5000  location 0.2500  8.0 images/s (loader 100)
            odd\("\u{1B}[2J".printable)

            """)
    }

    func testNumbersWithoutAFormInJSONAreNull() throws {
        let written = Mutex("")
        let log = JSONLog { text in written.withLock { $0 += text } }
        log.show(
            .step(
                TrainingStep(
                    stage: "a \"b\"\n", step: 1, totalSteps: 1, finishedBefore: 0, loss: .nan,
                    locationLoss: nil, gradientNorm: .infinity, learningRate: 0.5,
                    imagesPerSecond: 1, loaderImagesPerSecond: 1, seconds: 1)))
        let text = written.withLock { $0 }
        XCTAssertEqual(text.filter { $0 == "\n" }.count, 1)
        let object = try XCTUnwrap(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        XCTAssertEqual(object["stage"] as? String, "a \"b\"\n")
        XCTAssertTrue(object["loss"] is NSNull)
        XCTAssertTrue(object["gradient_norm"] is NSNull)
        XCTAssertEqual(object["learning_rate"] as? Double, 0.5)
    }
}
