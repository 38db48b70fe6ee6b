import Foundation
import PlumblineData
import PlumblineStorage

/// Runs the cells of a sweep that are not done, one after the other.
///
/// Several processes may run one sweep at once. A cell that another process works on, or whose
/// starting model another one trains, is put off, not waited for, as long as there are others.
public struct SweepRunner {
    private let sweep: Sweep
    private let claims: Claims
    /// The cells of the shard that this process has not seen done or failed.
    private var left: [SweepCell]
    private var outcome = SweepOutcome()

    /// - Parameters:
    ///   - shard: the cells that this process takes; `nil` for all.
    ///   - retriesFailed: whether cells that failed before are run again.
    /// - Throws: an error if the folder of the sweep cannot be created.
    public init(_ sweep: Sweep, shard: SweepShard? = nil, retriesFailed: Bool = false) throws {
        self.sweep = sweep
        for name in ["cells", "starts"] { try createFolder("\(sweep.folder)/\(name)") }
        claims = try Claims(sweep.claimFolder)
        try claims.removeLeftovers()
        left = sweep.cells.enumerated().filter { shard?.contains($0.offset) ?? true }
            .map(\.element)
        try checkInputs()
        guard retriesFailed else { return }
        for cell in left { unlink(Sweep.failurePath(cell)) }
    }

    /// Compares the files that the cells name with those that done cells were computed from.
    ///
    /// - Throws: ``ConfigurationError`` for the first file that has changed since.
    private func checkInputs() throws {
        let digests = FileDigests(sweep.digestFile)
        for cell in left where sweep.isDone(cell) {
            guard let record = CellRecord.read("\(cell.folder)/record.json") else { continue }
            for (key, digest) in try SweepData.digests(cell, digests).sorted(by: { $0.key < $1.key }
            )
            where record.inputs[key] != digest {
                throw ConfigurationError(
                    sweep.file, key,
                    "the file has changed since cell \(cell.name) was computed: choose another "
                        + "output, or remove \(cell.folder) to compute it again")
            }
        }
        try digests.save()
    }

    /// - Returns: what became of the cells.
    /// - Throws: ``Interrupted`` after a signal. The same call resumes.
    public mutating func run() throws -> SweepOutcome {
        let total = left.count
        var isWaiting = false
        while !left.isEmpty {
            let before = left.count
            try pass(total)
            guard !left.isEmpty, left.count == before else {
                isWaiting = false
                continue
            }
            if !isWaiting {
                Progress.note(
                    "sweep: other processes work on what is left (\(left.count) cells); waiting")
            }
            isWaiting = true
            for _ in 0..<5 {
                try Interruption.check("while other processes work on the sweep")
                usleep(200_000)
            }
        }
        return outcome
    }

    /// Takes each cell that is free, once.
    private mutating func pass(_ total: Int) throws {
        for cell in left {
            try Interruption.check("between two cells; the same command continues")
            if sweep.isDone(cell) {
                outcome.found += 1
            } else if sweep.failure(cell) != nil {
                outcome.failedBefore += 1
            } else if try !take(cell, number: total - left.count + 1, of: total) {
                continue
            }
            left.removeAll { $0.name == cell.name }
        }
    }

    /// - Returns: `false` if another process holds what the cell needs.
    private mutating func take(_ cell: SweepCell, number: Int, of total: Int) throws -> Bool {
        guard let claim = try claims.take(Sweep.claim(cell), work: cell.name) else { return false }
        defer { claim.giveUp() }
        // It may have ended between the two looks.
        if sweep.isDone(cell) {
            outcome.found += 1
            return true
        }
        if sweep.failure(cell) != nil {
            outcome.failedBefore += 1
            return true
        }
        var start: Claim?
        if !FileManager.default.fileExists(atPath: sweep.startPath(cell)) {
            start = try claims.take(Sweep.startClaim(cell), work: cell.name)
            guard start != nil else { return false }
        }
        defer { start?.giveUp() }
        Progress.note("cell \(number) of \(total): \(cell.name)")
        try createFolder(cell.folder)
        do {
            try SweepWork(sweep: sweep, cell: cell).run { start?.giveUp() }
            outcome.finished += 1
        } catch let error as Interrupted {
            throw error
        } catch {
            try record("\(error)", of: cell)
        }
        return true
    }

    /// Keeps the reason of a failure, on one line.
    private mutating func record(_ reason: String, of cell: SweepCell) throws {
        let line = reason.split(whereSeparator: \.isNewline).joined(separator: " ").printable
        Progress.warn("cell \(cell.name) failed: \(line)")
        try AtomicFile.write(Sweep.failurePath(cell)) { try $0.write(Data("\(line)\n".utf8)) }
        outcome.failed += 1
    }
}

/// What a process did for a sweep.
public struct SweepOutcome: Sendable, Equatable {
    /// Cells that this process finished.
    public var finished = 0
    /// Cells that were done already, or that another process finished.
    public var found = 0
    /// Cells that failed in this process.
    public var failed = 0
    /// Cells that failed before, or in another process.
    public var failedBefore = 0

    public var text: String {
        "\(finished) cells finished, \(found) found, \(failed) failed, "
            + "\(failedBefore) failed before"
    }
}
