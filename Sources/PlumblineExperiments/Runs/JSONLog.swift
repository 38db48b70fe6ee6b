import Foundation
import Synchronization

/// Writes the events of a run for programs, as one JSON object per line.
///
/// The field `event` names the kind of event, and `time` is in seconds since 1970. Progress is
/// written at most once per second. Every other event is written.
public final class JSONLog: Sendable {
    private let write: @Sendable (String) -> Void
    /// When the progress of each kind of work was last written, in seconds since that work began.
    private let lastWritten = Mutex<[String: Double]>([:])

    /// - Parameter write: writes the text, by default to standard error.
    public init(write: @escaping @Sendable (String) -> Void = { StandardError.write($0) }) {
        self.write = write
    }

    public func show(_ event: RunEvent) {
        if case .progress(let progress) = event, !isDue(progress) { return }
        var fields = Self.fields(of: event)
        fields["time"] = .number(Date().timeIntervalSince1970)
        emit(fields)
    }

    /// Writes the error that ends the program.
    public func showError(_ text: String) {
        emit([
            "event": .text("error"), "message": .text(text),
            "time": .number(Date().timeIntervalSince1970),
        ])
    }

    private func isDue(_ progress: WorkProgress) -> Bool {
        lastWritten.withLock { written in
            let last = written[progress.title] ?? -1
            let isRestarted = progress.seconds < last
            let isDue = progress.seconds - last >= 1 || progress.done >= progress.total
            guard isDue || isRestarted else { return false }
            written[progress.title] = progress.seconds
            return true
        }
    }

    /// A JSON value.
    ///
    /// Numbers that are not finite become null.
    private enum Value: Encodable {
        case text(String)
        case whole(Int)
        case number(Double)
        case flag(Bool)
        case missing

        init(_ value: Float?) { self.init(value.map(Double.init)) }
        init(_ value: Double?) {
            if let value, value.isFinite { self = .number(value) } else { self = .missing }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let value): try container.encode(value)
            case .whole(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .flag(let value): try container.encode(value)
            case .missing: try container.encodeNil()
            }
        }
    }

    private func emit(_ fields: [String: Value]) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Cannot fail: every value has a JSON form.
        guard let data = try? encoder.encode(fields) else { return }
        write(String(decoding: data, as: UTF8.self) + "\n")
    }

    private static func fields(of event: RunEvent) -> [String: Value] {
        switch event {
        case .stageBegan(let stage, let finishedSteps, let totalSteps):
            return [
                "event": .text("stage_began"), "stage": .text(stage),
                "finished_steps": .whole(finishedSteps), "total_steps": .whole(totalSteps),
            ]
        case .step(let step): return fields(of: step)
        case .epoch(let epoch): return fields(of: epoch)
        case .stageFinished(let stage, let path, let wasFinished):
            return [
                "event": .text("stage_finished"), "stage": .text(stage), "path": .text(path),
                "was_finished": .flag(wasFinished),
            ]
        case .progress(let progress): return fields(of: progress)
        case .note(let text): return ["event": .text("note"), "message": .text(text)]
        case .warning(let text): return ["event": .text("warning"), "message": .text(text)]
        case .saved(let path): return ["event": .text("saved"), "path": .text(path)]
        case .loaded(let path): return ["event": .text("loaded"), "path": .text(path)]
        case .interrupted(let text):
            return ["event": .text("interrupted"), "message": .text(text)]
        case .finished(let results):
            return ["event": .text("finished"), "results": .text(results)]
        }
    }

    private static func fields(of step: TrainingStep) -> [String: Value] {
        [
            "event": .text("step"), "stage": .text(step.stage), "step": .whole(step.step),
            "total_steps": .whole(step.totalSteps), "loss": Value(step.loss),
            "location_loss": Value(step.locationLoss),
            "gradient_norm": Value(step.gradientNorm),
            "learning_rate": Value(step.learningRate),
            "images_per_second": Value(step.imagesPerSecond),
            "loader_images_per_second": Value(step.loaderImagesPerSecond),
            "seconds": Value(step.seconds),
        ]
    }

    private static func fields(of epoch: TrainingEpoch) -> [String: Value] {
        [
            "event": .text("epoch"), "stage": .text(epoch.stage), "epoch": .whole(epoch.epoch),
            "total_epochs": .whole(epoch.totalEpochs), "auroc": Value(epoch.auroc),
            "location_loss": Value(epoch.locationLoss),
            "images_without_location_loss": .whole(epoch.imagesWithoutLocationLoss),
        ]
    }

    private static func fields(of progress: WorkProgress) -> [String: Value] {
        [
            "event": .text("progress"), "work": .text(progress.title),
            "done": .whole(progress.done), "total": .whole(progress.total),
            "unit": .text(progress.unit.trimmingCharacters(in: .whitespaces)),
            "seconds": Value(progress.seconds),
        ]
    }
}
