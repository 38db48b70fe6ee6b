/// Where the parts of a message are, as MPI counts them: in 32-bit numbers.
struct MessageLayout {
    let counts: [Int32]
    let offsets: [Int32]
    let total: Int

    /// - Throws: ``MPIError`` if the parts together have more values than MPI counts.
    init(_ parts: [Int]) throws {
        total = parts.reduce(0, +)
        guard total <= Int(Int32.max) else {
            throw MPIError("a message of \(total) values is larger than MPI can count")
        }
        var next = 0
        offsets = parts.map { part in
            defer { next += part }
            return Int32(next)
        }
        counts = parts.map { Int32($0) }
    }
}
