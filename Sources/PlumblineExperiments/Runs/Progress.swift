import Foundation

/// Reports how far long work has come, as ``RunEvent/progress(_:)``.
public final class Progress {
    private let title: String
    private let total: Int
    private let first: Int
    private let unit: String
    private let start = DispatchTime.now().uptimeNanoseconds

    /// - Parameters:
    ///   - first: work that was already done when this run began. It does not count for the speed.
    ///   - unit: what is counted, with a space before it.
    public init(_ title: String, total: Int, first: Int = 0, unit: String = "") {
        self.title = title
        self.total = total
        self.first = first
        self.unit = unit
    }

    /// Seconds since the work began.
    public var seconds: Double {
        Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    }

    /// Reports that `done` of the total is done.
    ///
    /// - Parameter figures: more numbers for the reader.
    public func update(_ done: Int, _ figures: String = "") {
        RunEvents.emit(
            .progress(
                WorkProgress(
                    title: title, done: done, total: total, finishedBefore: first, unit: unit,
                    figures: figures, seconds: seconds)))
    }

    /// Reports a line of text.
    public static func note(_ text: String) { RunEvents.emit(.note(text)) }

    /// Reports a line about something that may be wrong.
    public static func warn(_ text: String) { RunEvents.emit(.warning(text)) }
}
