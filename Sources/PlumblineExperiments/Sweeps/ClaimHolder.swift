import Foundation
import PlumblineStorage

/// The process that holds a claim.
///
/// A number of a process is used again after it ends. So its start time belongs to it, and so do
/// the boot of the machine and the space of process numbers (each container has its own).
struct ClaimHolder: Codable, Equatable {
    var host: String
    /// The identifier of the machine's boot.
    var boot: String
    /// The space that ``process`` is a number of.
    var space: String
    var process: Int32
    /// When the process started, in clock ticks since the boot.
    var started: UInt64
    /// Tells apart two claims of one process.
    var token: String
    /// What it works on, for people.
    var work: String

    /// This process.
    init(work: String) {
        host = Self.hostName
        boot = Self.firstLine("/proc/sys/kernel/random/boot_id")
        space =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
            ?? ""
        process = getpid()
        started = Self.startTime(process) ?? 0
        token = UUID().uuidString
        self.work = work
    }

    /// The process in words.
    var text: String { "process \(process) on \(host.printable)" }

    enum State {
        case alive
        case dead
        /// It is on another machine, so only its heartbeat says whether it lives.
        case elsewhere
    }

    var state: State {
        let here = ClaimHolder(work: "")
        guard host == here.host, boot == here.boot, space == here.space, !boot.isEmpty else {
            return .elsewhere
        }
        return Self.startTime(process) == started ? .alive : .dead
    }

    /// When a process started, in clock ticks since the boot; `nil` if there is no such process.
    ///
    /// The field 22 of `/proc/PID/stat`; the name of the program before it may have spaces. A
    /// process that has ended, but that its parent has not asked for yet, does not count.
    private static func startTime(_ process: Int32) -> UInt64? {
        guard process > 0,
            let text = try? String(
                contentsOfFile: "/proc/\(process)/stat", encoding: .isoLatin1),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 19, !["Z", "X", "x"].contains(fields[0]) else { return nil }
        return UInt64(fields[19])
    }

    private static func firstLine(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static var hostName: String {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        return String(
            decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
