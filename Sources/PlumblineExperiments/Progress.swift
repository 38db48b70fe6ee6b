import Foundation

/// Shows how far long work is: a bar that rewrites its line on a terminal, a plain line every few
/// seconds elsewhere. Writes to standard error, so that results can be piped.
public final class Progress {
    private let title: String, total: Int, unit: String
    private let isTerminal = isatty(2) == 1
    private let start = DispatchTime.now().uptimeNanoseconds
    private var lastShown: UInt64 = 0
    private let first: Int
    public nonisolated(unsafe) static var isQuiet = false

    /// - Parameter first: work that was already done when this run began; it does not count towards
    ///   the speed.
    public init(_ title: String, total: Int, first: Int = 0, unit: String = "") {
        (self.title, self.total, self.first, self.unit) = (title, total, first, unit)
    }

    /// Reports that `done` of the total is done, with a few figures.
    public func update(_ done: Int, _ figures: String = "") {
        guard !Self.isQuiet else { return }
        let now = DispatchTime.now().uptimeNanoseconds
        let isLast = done >= total
        let interval: UInt64 = isTerminal ? 100_000_000 : 5_000_000_000
        guard isLast || now - max(lastShown, isTerminal ? 0 : start) >= interval else { return }
        lastShown = now
        let seconds = Double(now - start) / 1e9
        let remaining = done > first ? seconds / Double(done - first) * Double(total - done) : 0
        let time = isLast ? "took \(Self.clock(seconds))" : "ETA \(Self.clock(remaining))"
        let text =
            "\(title) \(done)/\(total)\(unit) \(time)\(figures.isEmpty ? "" : "  \(figures)")"
        if isTerminal {
            let width = 24, filled = total > 0 ? width * done / total : width
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: width - filled)
            StandardError.write("\r\u{1B}[K\(bar) \(text)\(isLast ? "\n" : "")")
        } else {
            StandardError.write(text + "\n")
        }
    }

    /// A line of its own.
    public static func note(_ text: String) {
        guard !isQuiet else { return }
        if isatty(2) == 1 { StandardError.write("\r\u{1B}[K") }
        StandardError.writeLine(text)
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(), 359_999))
        return whole >= 3600
            ? String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
            : String(format: "%d:%02d", whole / 60, whole % 60)
    }
}
