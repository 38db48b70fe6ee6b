/// The outcome of a sign-flip permutation test.
public struct SignFlipResult: Sendable, Equatable {
    /// The mean of the values.
    public let mean: Double
    /// Two-sided.
    public let pValue: Double
    /// Sign patterns that were compared; all of them where ``isExact``.
    public let patterns: Int
    public let isExact: Bool
}

/// Tests whether values, such as the mean gap of each starting model, are symmetric about 0.
///
/// The p value is the share of sign patterns whose sum is at least as far from 0 as the observed
/// one. Up to 20 values all `2^n` patterns are compared, as
/// `scipy.stats.permutation_test(permutation_type="samples")` does. Above, `draws` random patterns
/// are, and the observed one is counted among them: `(b + 1) / (draws + 1)` (Phipson and Smyth,
/// 2010). The smallest p value of n values is `2^(1 - n)`: below 6 values it is never under 0.03.
///
/// - Returns: `nil` without a value, or where one is not finite.
public func signFlipTest(
    _ values: [Double], draws: Int = 99_999, seed: UInt64 = 0
) -> SignFlipResult? {
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let sorted = values.sorted()
    let sum = sorted.reduce(0, +)
    let size = sorted.reduce(0) { $0 + abs($1) }
    // Sums that differ by rounding alone are equal.
    let limit = abs(sum) - 1e-12 * size
    let mean = sum / Double(sorted.count)
    if sorted.count <= 20 {
        var reached = 0
        var current = -size
        // Gray code: each pattern differs from the one before in one sign.
        let magnitudes = sorted.map(abs)
        var signs = [Bool](repeating: false, count: sorted.count)
        let patterns = 1 << sorted.count
        for pattern in 1...patterns {
            if abs(current) >= limit { reached += 1 }
            guard pattern < patterns else { break }
            let flipped = pattern.trailingZeroBitCount
            signs[flipped].toggle()
            current += (signs[flipped] ? 2 : -2) * magnitudes[flipped]
        }
        return SignFlipResult(
            mean: mean, pValue: Double(reached) / Double(patterns), patterns: patterns,
            isExact: true)
    }
    var random = SplitMix64(seed: seed)
    var reached = 0
    for _ in 0..<draws {
        var drawn = 0.0
        var bits: UInt64 = 0
        for (index, value) in sorted.enumerated() {
            if index % 64 == 0 { bits = random.next() }
            drawn += bits & 1 == 0 ? value : -value
            bits >>= 1
        }
        if abs(drawn) >= limit { reached += 1 }
    }
    return SignFlipResult(
        mean: mean, pValue: Double(reached + 1) / Double(draws + 1), patterns: draws,
        isExact: false)
}
