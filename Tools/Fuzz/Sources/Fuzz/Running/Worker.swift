import CStackTrace
import PlumblineExperiments
import Foundation

/// Gives inputs to one reader, in this process, and reports the outcome of each.
///
/// If the reader crashes or hangs, this process ends. Its supervisor starts another one at the next
/// input.
struct Worker {
    /// The descriptor for the worker's lines.
    ///
    /// Standard output and error belong to the readers.
    static let channel: Int32 = 3

    let inputs: Inputs
    let folder: String
    private let read: Reader.Read
    private let report: (Outcome) -> Void

    /// - Parameter folder: the folder for inputs as files. No other worker uses it.
    init(_ inputs: Inputs, folder: String, report: @escaping (Outcome) -> Void) throws {
        self.inputs = inputs
        self.folder = folder
        self.report = report
        read = try inputs.reader.start()
        Self.limitAddressSpace()
        plumbline_fuzz_trace_stacks()
    }

    func run(_ range: Range<Int>) {
        for index in range {
            let outcome = run(Input(index: index, bytes: inputs[index], folder: folder))
            report(outcome)
            // Peaks of memory are counted from the start of a process.
            if outcome.kind == .large { return }
        }
    }

    func run(_ input: Input) -> Outcome {
        let before = Usage.now()
        Self.setTimer(seconds: Limits.seconds)
        var kind = Kind.accepted
        var reason = ""
        do { try read(input) } catch let wrong as Wrong {
            kind = .wrong
            reason = wrong.problem
        } catch {
            // The name of this process's folder differs from run to run.
            reason = "\(error)".replacingOccurrences(of: folder + "/", with: "")
            kind = reason.isEmpty ? .wrong : .refused
            if reason.isEmpty { reason = "refused without a message" }
        }
        Self.setTimer(seconds: 0)
        let after = Usage.now()
        let seconds = after.seconds - before.seconds
        let memory = after.growth(since: before)
        if memory > Limits.memory { kind = .large }
        // The reader's children do not count for the timer.
        if seconds > Limits.seconds { kind = .hang }
        return Outcome(
            index: input.index, kind: kind, seconds: seconds, memory: memory, reason: reason)
    }

    /// Sets the processor time after which this process gets SIGPROF.
    private static func setTimer(seconds: Double) {
        let value = timeval(tv_sec: Int(seconds), tv_usec: 0)
        var timer = itimerval(it_interval: timeval(), it_value: value)
        setitimer(__itimer_which_t(UInt32(ITIMER_PROF.rawValue)), &timer, nil)
    }

    private static func limitAddressSpace() {
        lower(RLIMIT_AS, to: Limits.addressSpace)
        lower(RLIMIT_CORE, to: 0)
    }

    private static func lower(_ resource: __rlimit_resource, to bound: Int) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_cur, rlim_t(bound))
        setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
    }
}
