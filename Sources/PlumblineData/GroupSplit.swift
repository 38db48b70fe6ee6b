/// Divides images into two parts by their groups, so that no group is in both.
public struct GroupSplit: Sendable {
    /// The share of groups in the second part, in `[0, 1]`.
    public let share: Double
    public let seed: UInt64

    public init(share: Double, seed: UInt64) {
        self.share = share
        self.seed = seed
    }

    /// Whether a group is in the second part.
    ///
    /// This depends on the seed and the name of the group only. Other groups do not change it.
    public func isInSecondPart(_ group: String) -> Bool {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for byte in group.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return Double((hash ^ (hash >> 33)) >> 11) * 0x1p-53 < share
    }
}
