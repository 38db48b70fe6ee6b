import CStackTrace
import Foundation

/// The process of a worker, as its supervisor sees it.
final class WorkerProcess {
    /// The inputs that the worker has not finished.
    ///
    /// It is trying the first one.
    private(set) var remaining: Range<Int>
    let reader: String
    /// The descriptor that its lines come from, for `poll`.
    let channel: Int32
    private let process: pid_t
    /// Its index among the supervisor's workers.
    let slot: Slot
    private var pending: [UInt8] = []
    private var lastSign = ContinuousClock.now
    private var wasStopped = false

    /// - Parameters:
    ///   - arguments: the arguments of `worker` mode, besides its range.
    init(reader: String, range: Range<Int>, arguments: [String], slot: Slot) throws {
        self.reader = reader
        self.slot = slot
        remaining = range
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure("no pipe: error \(errno)") }
        defer { close(ends[1]) }
        // Other workers must not keep it open.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        channel = ends[0]

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, slot.log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_adddup2(&actions, ends[1], Worker.channel)

        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let words =
            [program, "--worker", "--reader", reader, "--first", "\(range.lowerBound)", "--count"]
            + ["\(range.count)", "--folder", slot.folder] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        var settings = Self.environment.map { strdup($0) } + [nil]
        defer { (pointers + settings).forEach { free($0) } }
        var process: pid_t = 0
        let problem = posix_spawn(&process, program, &actions, nil, &pointers, &settings)
        guard problem == 0 else {
            close(channel)
            throw Failure("cannot start a worker: \(String(cString: strerror(problem)))")
        }
        self.process = process
    }

    /// The files that belong to one worker.
    struct Slot {
        /// The file for what a worker prints: the message of a crash, and the stack.
        let log: String
        /// The folder for inputs as files.
        let folder: String
    }

    /// The environment of a worker.
    ///
    /// It has one thread, because there are as many workers as processors. It prints the stack of a
    /// crash to standard error.
    private static let environment: [String] = {
        var values = ProcessInfo.processInfo.environment
        values["OMP_NUM_THREADS"] = "1"
        values["OPENBLAS_NUM_THREADS"] = "1"
        values["SWIFT_BACKTRACE"] =
            "enable=yes,interactive=no,color=no,threads=crashed,images=none,registers=none,limit=40"
        return values.map { "\($0.key)=\($0.value)" }
    }()

    // MARK: Lines

    /// Reads what the worker has written.
    ///
    /// - Returns: the outcomes, and whether the worker has ended.
    func receive() -> (outcomes: [Outcome], hasEnded: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(channel, &buffer, buffer.count)
        if count < 0, errno == EINTR { return ([], false) }
        guard count > 0 else { return ([], true) }
        lastSign = ContinuousClock.now
        pending += buffer[..<count]
        guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { return ([], false) }
        let text = String(decoding: pending[...end], as: UTF8.self)
        pending.removeSubrange(...end)
        let outcomes = text.split(separator: "\n").compactMap(Outcome.init(line:))
        if let last = outcomes.last {
            remaining = min(last.index + 1, remaining.upperBound)..<remaining.upperBound
        }
        return (outcomes, false)
    }

    // MARK: The end

    /// Ends a worker that has been silent for too long, in a way that prints its stack.
    func stopIfSilent() {
        let silence = ContinuousClock.now - lastSign
        guard silence > .seconds(Limits.wallSeconds) else { return }
        kill(process, wasStopped ? SIGKILL : SIGPROF)
        wasStopped = true
        lastSign = ContinuousClock.now
    }

    func stop() {
        kill(process, SIGKILL)
        _ = try? wait()
    }

    /// Waits for a process that has ended or is about to.
    ///
    enum End {
        case finished
        case failed(CrashReport)
        /// Ended by the user, from the terminal.
        case interrupted
    }

    /// Waits for a process that has ended or is about to.
    ///
    /// - Throws: ``Failure`` if the harness itself has failed.
    func wait() throws -> End {
        close(channel)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let (signal, code) = (status & 0x7F, status >> 8 & 0xFF)
        if signal == 0, code == 0 { return .finished }
        if [SIGINT, SIGTERM, SIGHUP].contains(signal) { return .interrupted }
        let output = String(decoding: try Files.read(slot.log), as: UTF8.self)
        if signal == 0, code != Int32(PLUMBLINE_FUZZ_HANG) {
            throw Failure("a worker of \(reader) failed: \(output)")
        }
        let kind = signal == 0 || wasStopped ? Kind.hang : .crash
        return .failed(CrashReport(kind, signal: signal, output: output))
    }
}
