import Foundation

/// The outcome of Friedman's test: whether some methods rank differently on the same blocks.
public struct FriedmanResult: Sendable, Equatable {
    /// The mean rank of each method; 1 is the first, and equal values share their mean rank.
    public let meanRanks: [Double]
    /// The number of blocks.
    public let blocks: Int
    /// Friedman's statistic with the correction for ties.
    ///
    /// It has `methods - 1` degrees of freedom.
    public let chiSquare: Double
    /// Of ``chiSquare``.
    public let pValue: Double
    /// Iman and Davenport's statistic, which is less conservative.
    ///
    /// It has `methods - 1` and `(methods - 1) (blocks - 1)` degrees of freedom. Infinite where all
    /// blocks have the same order.
    public let imanDavenport: Double
    /// Of ``imanDavenport``.
    ///
    /// Where all blocks have the same order it is `(1 / methods!)^(blocks - 1)`.
    public let imanDavenportPValue: Double

    /// The number of methods.
    public var methods: Int { meanRanks.count }
}

/// Friedman's test of methods that were all measured on the same blocks, such as images.
///
/// `chi² = (12 / (n k (k + 1)) sum R_j² - 3 n (k + 1)) / (1 - sum (t³ - t) / (n k (k² - 1)))`, with
/// the rank sums `R_j` of `k` methods over `n` blocks and the sizes `t` of ties, as
/// `scipy.stats.friedmanchisquare`. `F = (n - 1) chi² / (n (k - 1) - chi²)`. Friedman (1937); Iman
/// and Davenport (1980); Demšar, JMLR 7 (2006), section 3.2.2; the last case of the p value:
/// Conover, Practical Nonparametric Statistics (1999), section 5.8.
///
/// - Parameter values: `[block][method]`; the smallest value has rank 1.
/// - Returns: `nil` with fewer than two methods or blocks, blocks of different lengths, a value
///   that is not finite, or where all values of each block are equal.
public func friedmanTest(_ values: [[Double]]) -> FriedmanResult? {
    let blocks = values.count
    guard let methods = values.first?.count, methods > 1, blocks > 1,
        values.allSatisfy({ $0.count == methods && $0.allSatisfy(\.isFinite) })
    else { return nil }
    let (n, k) = (Double(blocks), Double(methods))
    // Twice the mean rank is a whole number, so the sums are exact.
    var doubledSums = [Int](repeating: 0, count: methods)
    var ties = 0.0
    for block in values {
        let (doubled, blockTies) = doubledRanks(block)
        for (method, rank) in doubled.enumerated() { doubledSums[method] += rank }
        ties += blockTies
    }
    let correction = 1 - ties / (n * k * (k * k - 1))
    guard correction > 0 else { return nil }
    let squares = doubledSums.reduce(0.0) { $0 + Double($1) * Double($1) / 4 }
    let chiSquare = max(0, (12 / (n * k * (k + 1)) * squares - 3 * n * (k + 1)) / correction)
    let rest = n * (k - 1) - chiSquare
    let isOneOrder = rest <= 1e-12 * n * k
    let factorial = (1...methods).reduce(1.0) { $0 * Double($1) }
    let f = isOneOrder ? Double.infinity : (n - 1) * chiSquare / rest
    return FriedmanResult(
        meanRanks: doubledSums.map { Double($0) / 2 / n }, blocks: blocks, chiSquare: chiSquare,
        pValue: ChiSquare.upperTail(chiSquare, degrees: k - 1), imanDavenport: f,
        imanDavenportPValue: isOneOrder
            ? pow(1 / factorial, n - 1)
            : FDistribution.upperTail(f, numerator: k - 1, denominator: (k - 1) * (n - 1)))
}

/// Twice the rank of each value, where equal values share their mean rank, and the sum of `t³ - t`
/// over the sizes of ties.
private func doubledRanks(_ values: [Double]) -> (ranks: [Int], ties: Double) {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var ties = 0.0
    var start = 0
    while start < order.count {
        var end = start
        while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
        let size = Double(end - start)
        ties += size * size * size - size
        for place in start..<end { ranks[order[place]] = start + 1 + end }
        start = end
    }
    return (ranks, ties)
}
