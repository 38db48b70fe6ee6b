import PlumblineExperiments
import Foundation

/// Runs workers until every input of every reader is tried.
///
/// The readers take turns of a few thousand inputs, so that early numbers cover all readers. If a
/// worker dies, another one continues with the next input.
final class Supervisor {
    private static let turn = 2000

    private let readers: [Reader]
    private let range: Range<Int>
    private let jobs: Int
    private let store: SeedStore
    private(set) var findings: Findings
    private var tallies: [String: Tally] = [:]
    private var queue: [(reader: Reader, range: Range<Int>)] = []
    private var running: [WorkerProcess] = []
    private var inputs: [String: Inputs] = [:]
    private var freeSlots: [WorkerProcess.Slot] = []
    /// Called with every outcome.
    var listener: (Outcome) -> Void = { _ in }

    init(
        _ readers: [Reader], _ range: Range<Int>, jobs: Int, store: SeedStore, output: String
    ) throws {
        self.readers = readers
        self.range = range
        self.jobs = jobs
        self.store = store
        findings = Findings(folder: output)
        for reader in readers { try findings.clear(reader.name) }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.turn) {
            let part = start..<min(start + Self.turn, range.upperBound)
            queue += readers.map { ($0, part) }
        }
        queue.reverse()
    }

    var table: String { Tally.table(readers.map { ($0.name, tallies[$0.name] ?? Tally()) }) }
    var hasFailures: Bool { tallies.values.contains(where: \.hasFailures) }
    private var tried: Int { tallies.values.reduce(0) { $0 + $1.tried } }

    /// - Returns: whether every input was tried; `false` if the user interrupted the run.
    func run() throws -> Bool {
        let progress = Progress("fuzz", total: readers.count * range.count, unit: " inputs")
        let folder = try Files.temporaryFolder()
        defer {
            running.forEach { $0.stop() }
            Files.remove(folder)
        }
        freeSlots = try (0..<jobs).map { index in
            try Files.makeFolder("\(folder)/\(index)")
            return WorkerProcess.Slot(
                log: "\(findings.folder)/worker-\(index).log", folder: "\(folder)/\(index)")
        }
        while !queue.isEmpty || !running.isEmpty {
            if Interruption.isRequested { return false }
            while running.count < jobs, let next = queue.popLast() {
                try start(next.reader.name, next.range)
            }
            for worker in readable() {
                let (outcomes, hasEnded) = worker.receive()
                for outcome in outcomes { try note(outcome, of: worker.reader) }
                if hasEnded { try replace(worker) }
            }
            running.forEach { $0.stopIfSilent() }
            progress.update(tried, "\(findings.all.count) failures")
        }
        return true
    }

    // MARK: Workers

    private func start(_ reader: String, _ range: Range<Int>) throws {
        let worker = try WorkerProcess(
            reader: reader, range: range, arguments: store.arguments, slot: freeSlots.removeLast())
        running.append(worker)
    }

    /// The workers with lines to read.
    ///
    /// Waits at most a fifth of a second.
    private func readable() -> [WorkerProcess] {
        var events = running.map { pollfd(fd: $0.channel, events: Int16(POLLIN), revents: 0) }
        guard poll(&events, nfds_t(events.count), 200) > 0 else { return [] }
        return zip(running, events).filter { $1.revents != 0 }.map(\.0)
    }

    private func replace(_ worker: WorkerProcess) throws {
        running.removeAll { $0 === worker }
        freeSlots.append(worker.slot)
        var remaining = worker.remaining
        switch try worker.wait() {
        case .interrupted: return
        case .finished: break
        case .failed(let report):
            let outcome = Outcome(
                index: remaining.lowerBound, kind: report.kind,
                seconds: report.kind == .hang ? Limits.seconds : 0, memory: 0, reason: report.cause)
            try note(outcome, of: worker.reader, report: report.output)
            remaining = remaining.dropFirst()
        }
        if !remaining.isEmpty { try start(worker.reader, remaining) }
    }

    // MARK: Outcomes

    private func note(_ outcome: Outcome, of reader: String, report: String = "") throws {
        tallies[reader, default: Tally()].add(outcome)
        listener(outcome)
        guard outcome.kind.isFailure else { return }
        let figures = "\(outcome.seconds) s of processor time, \(outcome.memory >> 20) MB more"
        let finding = Findings.Finding(
            reader: reader, kind: outcome.kind, cause: outcome.reason, index: outcome.index)
        try findings.add(
            finding, input: try inputs(of: reader)[outcome.index], report: "\(figures)\n\(report)")
        Progress.note("\(reader) \(outcome.index): \(outcome.kind.rawValue): \(outcome.reason)")
    }

    private func inputs(of name: String) throws -> Inputs {
        if let known = inputs[name] { return known }
        guard let reader = Reader.named(name) else { throw Failure("no reader \(name)") }
        let made = Inputs(reader, seeds: try store.seeds(of: reader))
        inputs[name] = made
        return made
    }
}
