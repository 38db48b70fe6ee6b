import Foundation

/// The outcome of Wilcoxon's signed-rank test.
public struct WilcoxonResult: Sendable, Equatable {
    public enum Method: String, Sendable {
        case exact = "exact"
        case normal = "normal approximation"
    }

    /// The smaller of the two rank sums.
    public let statistic: Double
    /// Two-sided.
    public let pValue: Double
    public let method: Method
    /// Differences (or groups) other than 0; the test uses these.
    public let count: Int
    /// Differences (or groups) of 0; dropped.
    public let zeros: Int
}

/// Wilcoxon's signed-rank test of differences that are symmetric about 0.
///
/// Zeros are dropped (Wilcoxon 1945; `zero_method="wilcox"` of `scipy.stats.wilcoxon`); equal
/// sizes get their mean rank. Up to 50 differences the p value is exact, with ties too: twice the
/// share of all sign patterns whose rank sum is no larger. Above 50 it is the normal approximation
/// with tie correction and without continuity correction.
///
/// `nil` where every difference is 0, there is none, or one is not finite.
public func wilcoxonSignedRank(_ differences: [Double]) -> WilcoxonResult? {
    guard differences.allSatisfy(\.isFinite) else { return nil }
    let nonzero = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
    let n = nonzero.count
    guard n > 0 else { return nil }

    // Twice the mean rank is a whole number, so rank sums stay exact.
    var ranks: [Int] = []
    var positive = 0
    var ties = 0.0
    var start = 0
    while start < n {
        var end = start
        while end < n, abs(nonzero[end]) == abs(nonzero[start]) { end += 1 }
        let size = Double(end - start)
        ties += size * size * size - size
        for index in start..<end {
            ranks.append(start + 1 + end)
            if nonzero[index] > 0 { positive += start + 1 + end }
        }
        start = end
    }
    let total = n * (n + 1)
    let smaller = min(positive, total - positive)
    let exact = n <= 50
    return WilcoxonResult(
        statistic: Double(smaller) / 2,
        pValue: exact
            ? exactPValue(ranks, smaller) : normalPValue(n, Double(smaller) / 2, ties: ties),
        method: exact ? .exact : .normal, count: n, zeros: differences.count - n)
}

/// The signed-rank test where several images come from one group (patient): the test on the means
/// of the groups.
///
/// Images of a group are not independent; a group's mean is one independent value, whatever the
/// correlation inside. An empty name is an unknown group: such an image is a group of its own.
/// `nil` as for `wilcoxonSignedRank`.
public func clusteredWilcoxon(_ differences: [Double], groups: [String]) -> WilcoxonResult? {
    guard differences.allSatisfy(\.isFinite) else { return nil }
    return wilcoxonSignedRank(
        clusters(differences, groups).map { values in
            let sum = values.reduce(0, +)
            // What rounding leaves of a sum of 0 is no rank.
            let size = values.reduce(0) { $0 + abs($1) }
            return abs(sum) <= 1e-14 * size ? 0 : sum / Double(values.count)
        })
}

/// How many sign patterns give each sum, one rank after another.
///
/// Counts stay below 2^50, where a `Double` is exact.
private func exactPValue(_ doubledRanks: [Int], _ smaller: Int) -> Double {
    var ways = [Double](repeating: 0, count: doubledRanks.reduce(0, +) + 1)
    ways[0] = 1
    var reached = 0
    for rank in doubledRanks {
        reached += rank
        for sum in stride(from: reached, through: rank, by: -1) { ways[sum] += ways[sum - rank] }
    }
    return min(1, 2 * ways[...smaller].reduce(0, +) / pow(2, Double(doubledRanks.count)))
}

private func normalPValue(_ count: Int, _ statistic: Double, ties: Double) -> Double {
    let n = Double(count)
    let variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48
    return erfc(abs(statistic - n * (n + 1) / 4) / variance.squareRoot() / 2.0.squareRoot())
}
