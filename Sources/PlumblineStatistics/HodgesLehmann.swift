/// The Hodges-Lehmann estimate of the centre of symmetry: the median of all means of two values.
///
/// The means `(x_i + x_j) / 2` are those of all pairs with `i <= j` (Hodges and Lehmann, Annals of
/// Mathematical Statistics 34, 1963). It belongs to Wilcoxon's signed-rank test.
///
/// The pairs are counted and not stored: memory grows with n, time with n log n.
///
/// - Returns: `nil` without a value, or where one is not finite.
public func hodgesLehmann(_ values: [Double]) -> Double? {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    let pairs = sorted.count * (sorted.count + 1) / 2
    let upper = pairMean(sorted, rank: pairs / 2 + 1)
    guard pairs % 2 == 0 else { return upper }
    return (pairMean(sorted, rank: pairs / 2) + upper) / 2
}

/// The mean of two values with this rank, from 1, among the means of all pairs.
///
/// It is found by halving the range of floating-point numbers, so it is exact.
private func pairMean(_ sorted: [Double], rank: Int) -> Double {
    var low = place(sorted[0])
    var high = place(sorted[sorted.count - 1])
    while low < high {
        let middle = low + (high - low) / 2
        if meansUpTo(number(middle), sorted) >= rank { high = middle } else { low = middle + 1 }
    }
    return number(low)
}

/// How many means of two values are at most `limit`.
private func meansUpTo(_ limit: Double, _ sorted: [Double]) -> Int {
    var count = 0
    var end = sorted.count
    for start in sorted.indices {
        while end > start, sorted[start] / 2 + sorted[end - 1] / 2 > limit { end -= 1 }
        guard end > start else { break }
        count += end - start
    }
    return count
}

/// The place of a number in the order of all floating-point numbers.
private func place(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
}

private func number(_ place: UInt64) -> Double {
    Double(bitPattern: place >> 63 == 1 ? place & ~(1 << 63) : ~place)
}
