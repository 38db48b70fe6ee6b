/// A part of a sweep's cells: those whose place has a given remainder.
public struct SweepShard: Sendable, Equatable {
    public let index: Int
    public let count: Int

    /// - Parameter text: `i/n` with `i` from 0 to `n - 1`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
            count > 0, (0..<count).contains(index)
        else { return nil }
        self.index = index
        self.count = count
    }

    func contains(_ place: Int) -> Bool { place % count == index }
}
