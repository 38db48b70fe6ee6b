/// The value of a rank in descending order.
///
/// A histogram over the leading bits says in which narrow range the value lies; only the values of
/// that range are then sorted. Takes linear time unless most values lie in one range.
///
/// - Parameters:
///   - rank: from 1 to the number of values.
///   - values: finite.
func value(ofRank rank: Int, in values: [Float]) -> Float {
    let shift = 20
    var counts = [Int](repeating: 0, count: 1 << (32 - shift))
    for value in values { counts[Int(orderedBits(value) >> shift)] += 1 }
    var bin = counts.count - 1
    var above = 0
    while above + counts[bin] < rank {
        above += counts[bin]
        bin -= 1
    }
    var candidates = values.filter { Int(orderedBits($0) >> shift) == bin }
    candidates.sort(by: >)
    return candidates[rank - above - 1]
}

/// Bits that are ordered as the values are: -0 and 0 are one value.
func orderedBits(_ value: Float) -> UInt32 {
    // Adding 0 turns -0 into 0.
    let bits = (value + 0).bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
}
