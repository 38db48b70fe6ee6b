/// The sum of the gradients of a step's batches, in the order of the batches.
///
/// Each process adds up one slice of all gradients. The order of the additions of one entry is that
/// of a single process that takes one batch after the other: `((g0 + g1) + g2) + ...`. So every
/// number of processes gives the same bits, and memory for two gradients is enough.
package struct SlicedSum {
    private let team: any TrainingTeam
    /// The first entry of each process's slice, and the number of entries.
    private let bounds: [Int]
    /// This process's slice; empty before the first batch.
    private var slice: [Float] = []

    /// - Parameter count: entries of a gradient.
    package init(_ team: any TrainingTeam, count: Int) {
        self.team = team
        bounds = (0...team.size).map { count * $0 / team.size }
    }

    private var lengths: [Int] { (0..<team.size).map { bounds[$0 + 1] - bounds[$0] } }

    /// Adds the gradients of the processes below `members`, in the order of the ranks.
    ///
    /// - Parameter gradient: of this process; `nil` on those that have no batch in this round.
    package mutating func add(_ gradient: [Float]?, members: Int) throws {
        let none = [Int](repeating: 0, count: team.size)
        let own = bounds[team.rank + 1] - bounds[team.rank]
        let received = try team.exchange(
            gradient ?? [], counts: gradient == nil ? none : lengths,
            receiving: (0..<team.size).map { $0 < members ? own : 0 })
        for member in 0..<members {
            let part = received[member * own..<(member + 1) * own]
            if slice.isEmpty && own > 0 {
                slice = Array(part)
            } else {
                slice.withUnsafeMutableBufferPointer { slice in
                    part.withUnsafeBufferPointer { part in
                        for index in slice.indices { slice[index] += part[index] }
                    }
                }
            }
        }
    }

    /// The whole sum, on all processes.
    package func total() throws -> [Float] { try team.join(slice, counts: lengths) }
}
