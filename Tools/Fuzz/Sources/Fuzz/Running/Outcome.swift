import Foundation

/// The kind of an outcome.
enum Kind: String, CaseIterable {
    case accepted
    case refused
    /// Accepted, but the values cannot be right.
    case wrong
    case crash
    case hang
    /// Took more memory than ``Limits/memory``.
    case large

    var isFailure: Bool { self != .accepted && self != .refused }
}

/// The outcome of one input, as a line from a worker to its supervisor.
struct Outcome {
    var index: Int
    var kind: Kind
    /// Seconds of processor time.
    var seconds: Double
    /// The growth of memory in bytes.
    var memory: Int
    /// Why it was refused, or why it is wrong.
    var reason = ""

    var line: String {
        let plain = reason.prefix(300).map { $0.isNewline || $0 == "\u{0}" ? " " : String($0) }
        let time = Int(seconds * 1e6)
        return "\(index) \(kind.rawValue) \(time) \(memory) \(plain.joined())\n"
    }

    init(index: Int, kind: Kind, seconds: Double, memory: Int, reason: String = "") {
        self.index = index
        self.kind = kind
        self.seconds = seconds
        self.memory = memory
        self.reason = reason
    }

    init?(line: Substring) {
        let parts = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, let index = Int(parts[0]), let kind = Kind(rawValue: "\(parts[1])"),
            let time = Int(parts[2]), let memory = Int(parts[3])
        else { return nil }
        self.init(
            index: index, kind: kind, seconds: Double(time) / 1e6, memory: memory,
            reason: String(parts[4]))
    }
}
