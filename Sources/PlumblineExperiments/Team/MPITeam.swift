import Foundation
import PlumblineTraining

/// The processes that `mpirun` started.
public final class MPITeam: TrainingTeam {
    public let rank: Int
    public let size: Int
    /// Whether all processes know that the work ends early.
    package var hasAgreedToStop = false
    private let library: MPILibrary

    /// Joins the other processes.
    ///
    /// - Returns: `nil` for a process that no `mpirun` started, or that is alone.
    /// - Throws: ``MPIError`` if Open MPI's library cannot be used.
    public static func join() throws -> MPITeam? {
        let environment = ProcessInfo.processInfo.environment
        guard processCount(environment) > 1 else { return nil }
        let team = try MPITeam()
        return team.size > 1 ? team : nil
    }

    /// How many processes were started together, as their environment says.
    ///
    /// Open MPI's `mpirun` sets the first variable. `srun --mpi=pmix` starts processes that find
    /// each other without it.
    package static func processCount(_ environment: [String: String]) -> Int {
        if let count = environment["OMPI_COMM_WORLD_SIZE"].flatMap({ Int($0) }) { return count }
        guard environment["PMIX_RANK"] != nil else { return 1 }
        return environment["SLURM_STEP_NUM_TASKS"].flatMap { Int($0) } ?? 1
    }

    /// - Parameter command: one whose work cannot be shared.
    /// - Throws: ``MPIError`` if several processes were started together.
    public static func refuse(_ command: String) throws {
        let count = processCount(ProcessInfo.processInfo.environment)
        guard count > 1 else { return }
        throw MPIError(
            "\(command) works in one process, but \(count) were started together: train the "
                + "starting model with `mpirun plumbline train`, and then use \(command) without "
                + "mpirun")
    }

    private init() throws {
        library = try MPILibrary()
        guard library.initialise(nil, nil) == 0 else { throw MPIError("MPI_Init failed") }
        var (rank, size): (Int32, Int32) = (0, 1)
        guard library.rank(library.world, &rank) == 0, library.size(library.world, &size) == 0
        else { throw MPIError("MPI_Comm_rank failed") }
        self.rank = Int(rank)
        self.size = Int(size)
    }

    /// Leaves the other processes; all of them do.
    public func leave() { _ = library.finalise() }

    /// Ends all processes.
    public func abort(_ code: Int32) { _ = library.abort(library.world, code) }

    public func gather(_ bytes: UnsafeRawBufferPointer) throws -> [[UInt8]] {
        var length = Int64(bytes.count)
        let lengths = try withUnsafeBytes(of: &length) {
            try joined($0, [Int](repeating: MemoryLayout<Int64>.size, count: size))
        }.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }.map { Int($0) }
        var rest = try joined(bytes, lengths)[...]
        return lengths.map { length in
            defer { rest = rest.dropFirst(length) }
            return Array(rest.prefix(length))
        }
    }

    private func joined(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int]) throws -> [UInt8] {
        let layout = try MessageLayout(lengths)
        var received = [UInt8](repeating: 0, count: layout.total)
        try received.withUnsafeMutableBytes {
            try check(
                library.gatherAll(
                    bytes.baseAddress, Int32(bytes.count), library.byte, $0.baseAddress,
                    layout.counts, layout.offsets, library.byte, library.world), "MPI_Allgatherv")
        }
        return received
    }

    public func join(_ part: [Float], counts: [Int]) throws -> [Float] {
        let layout = try MessageLayout(counts)
        var received = [Float](repeating: 0, count: layout.total)
        try received.withUnsafeMutableBytes { received in
            try part.withUnsafeBytes { part in
                try check(
                    library.gatherAll(
                        part.baseAddress, Int32(counts[rank]), library.float, received.baseAddress,
                        layout.counts, layout.offsets, library.float, library.world),
                    "MPI_Allgatherv")
            }
        }
        return received
    }

    public func exchange(_ values: [Float], counts: [Int], receiving received: [Int]) throws
        -> [Float]
    {
        let sent = try MessageLayout(counts)
        let expected = try MessageLayout(received)
        var result = [Float](repeating: 0, count: expected.total)
        try result.withUnsafeMutableBytes { result in
            try values.withUnsafeBytes { values in
                try check(
                    library.exchangeAll(
                        values.baseAddress, sent.counts, sent.offsets, library.float,
                        result.baseAddress, expected.counts, expected.offsets, library.float,
                        library.world), "MPI_Alltoallv")
            }
        }
        return result
    }

    public func broadcast(_ values: [Float]) throws -> [Float] {
        var values = values
        let count = try MessageLayout([values.count]).counts[0]
        try values.withUnsafeMutableBytes {
            try check(
                library.broadcast($0.baseAddress, count, library.float, 0, library.world),
                "MPI_Bcast")
        }
        return values
    }

    private func check(_ status: Int32, _ what: String) throws {
        guard status == 0 else { throw MPIError("\(what) failed with status \(status)") }
    }
}
