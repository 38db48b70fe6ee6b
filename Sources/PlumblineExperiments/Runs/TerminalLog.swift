import Foundation
import PlumblineStorage
import Synchronization

/// Shows the events of a run as text on standard error.
///
/// On a terminal, progress is a bar that is redrawn in its line. Elsewhere, it is a plain line
/// every few seconds. Standard output stays free for results.
public final class TerminalLog: Sendable {
    private let isTerminal: Bool
    private let isVerbose: Bool
    private let write: @Sendable (String) -> Void
    /// When the progress of each kind of work was last shown, in nanoseconds.
    private let lastShown = Mutex<[String: UInt64]>([:])

    /// - Parameters:
    ///   - isVerbose: whether every step, every saved file and the start of each stage are shown.
    ///   - isTerminal: whether lines can be redrawn. By default, whether standard error is a
    ///     terminal.
    ///   - write: writes the text, by default to standard error.
    public init(
        isVerbose: Bool = false, isTerminal: Bool? = nil,
        write: @escaping @Sendable (String) -> Void = { StandardError.write($0) }
    ) {
        self.isVerbose = isVerbose
        self.isTerminal = isTerminal ?? (isatty(2) == 1)
        self.write = write
    }

    public func show(_ event: RunEvent) {
        switch event {
        case .step(let step): show(Self.progress(of: step))
        case .progress(let progress): show(progress)
        case .epoch(let epoch):
            if let text = Self.text(of: epoch) { line(text) }
        case .note(let text), .warning(let text): line(text)
        case .stageFinished(let stage, let path, let wasFinished):
            if wasFinished {
                line("\(stage): finished before (\(path))")
            } else if isVerbose {
                line("\(stage): finished (\(path))")
            }
        case .stageBegan(let stage, let finishedSteps, let totalSteps):
            if finishedSteps > 0 {
                line("\(stage): resumed at step \(finishedSteps) of \(totalSteps)")
            } else if isVerbose {
                line("\(stage): begins, \(totalSteps) steps")
            }
        case .saved(let path):
            if isVerbose { line("saved \(path)") }
        case .loaded(let path):
            if isVerbose { line("read \(path)") }
        case .finished(let results):
            if isVerbose { line("finished: \(results)") }
        // The error that ends the program has the same text.
        case .interrupted: break
        }
    }

    private static func progress(of step: TrainingStep) -> WorkProgress {
        var figures = String(format: "loss %.4f", step.loss)
        if let location = step.locationLoss {
            figures += String(format: "  location %.4f", location)
        }
        figures += String(
            format: "  %.1f images/s (loader %.0f)", step.imagesPerSecond,
            step.loaderImagesPerSecond)
        return WorkProgress(
            title: step.stage, done: step.step, total: step.totalSteps,
            finishedBefore: step.finishedBefore, unit: " steps", figures: figures,
            seconds: step.seconds)
    }

    private static func text(of epoch: TrainingEpoch) -> String? {
        var figures: [String] = []
        if epoch.isEvaluated {
            figures.append(
                "AUROC " + (epoch.auroc.map { String(format: "%.3f", $0) } ?? "missing"))
        }
        if let loss = epoch.locationLoss {
            figures.append(String(format: "location loss %.4f", loss))
        }
        let missing = epoch.imagesWithoutLocationLoss
        if missing > 0 {
            figures.append("location loss missing for \(missing) images: not finite")
        }
        guard !figures.isEmpty else { return nil }
        let number = "epoch \(epoch.epoch) of \(epoch.totalEpochs)"
        return "\(epoch.stage): \(number): \(figures.joined(separator: ", "))"
    }

    private func show(_ progress: WorkProgress) {
        let isLast = progress.done >= progress.total
        guard isLast || isDue(progress) else { return }
        let done = progress.done
        let doneHere = done - progress.finishedBefore
        let remaining = Double(progress.total - done)
        let secondsLeft = doneHere > 0 ? progress.seconds / Double(doneHere) * remaining : 0
        let time =
            isLast
            ? "took \(Self.clock(progress.seconds))" : "ETA \(Self.clock(secondsLeft))"
        let figures = progress.figures.isEmpty ? "" : "  \(progress.figures)"
        let text = "\(progress.title) \(done)/\(progress.total)\(progress.unit) \(time)\(figures)"
        guard isTerminal else { return write(text.printable + "\n") }
        let width = 24
        let filled = progress.total > 0 ? width * min(done, progress.total) / progress.total : width
        let bar =
            String(repeating: "█", count: filled)
            + String(repeating: "░", count: width - filled)
        write("\r\u{1B}[K\(bar) \(text.printable)\(isLast ? "\n" : "")")
    }

    /// Whether enough time has passed since the last line of this work.
    ///
    /// Without a terminal, the first line also waits some seconds, because short work needs none.
    private func isDue(_ progress: WorkProgress) -> Bool {
        if isVerbose, !isTerminal { return true }
        let now = DispatchTime.now().uptimeNanoseconds
        let interval: UInt64 = isTerminal ? 100_000_000 : 5_000_000_000
        let began = now - min(now, UInt64(progress.seconds * 1e9))
        return lastShown.withLock { shown in
            let last = max(shown[progress.title] ?? 0, isTerminal ? 0 : began)
            guard now - last >= interval else { return false }
            shown[progress.title] = now
            return true
        }
    }

    private func line(_ text: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + text.printable + "\n")
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(), 359_999))
        return whole >= 3600
            ? String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
            : String(format: "%d:%02d", whole / 60, whole % 60)
    }
}
