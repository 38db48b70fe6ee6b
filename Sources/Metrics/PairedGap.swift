import Foundation
import Tensors

/// The paired differences of a score between two models on the same images, summarised.
public struct PairedGap: Sendable {
    public let count: Int
    public let mean: Double, median: Double
    /// Percentile bootstrap over images, 95%.
    public let interval: ClosedRange<Double>
    /// Two-sided Wilcoxon signed-rank test; `nil` where every difference is 0.
    public let pValue: Double?

    /// `nil` without differences. The same differences and seed give the same interval, whatever
    /// their order.
    public init?(_ differences: [Double], resamples: Int = 10_000, seed: UInt64 = 0) {
        guard !differences.isEmpty else { return nil }
        let sorted = differences.sorted(), n = sorted.count
        count = n
        mean = sorted.reduce(0, +) / Double(n)
        median = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
        var random = RandomGenerator(seed: seed).stream("bootstrap")
        let means = (0..<resamples).map { _ in
            (0..<n).reduce(0.0) { total, _ in total + sorted[Int(random.next() % UInt64(n))] }
                / Double(n)
        }.sorted()
        func percentile(_ share: Double) -> Double {
            let place = share * Double(resamples - 1), low = Int(place)
            return means[low] + (place - Double(low))
                * (means[min(low + 1, resamples - 1)] - means[low])
        }
        interval = percentile(0.025)...percentile(0.975)
        pValue = wilcoxonSignedRank(differences)
    }
}

/// The two-sided p value of Wilcoxon's signed-rank test; zeros are dropped. Exact up to 50
/// differences without ties, else normal with tie correction: the methods "exact" and "approx" of
/// `scipy.stats.wilcoxon`.
public func wilcoxonSignedRank(_ differences: [Double]) -> Double? {
    let nonzero = differences.filter { $0 != 0 }
    let n = nonzero.count
    guard n > 0 else { return nil }
    let order = nonzero.indices.sorted { abs(nonzero[$0]) < abs(nonzero[$1]) }
    var positive = 0.0, ties = 0.0, start = 0
    while start < n {
        var end = start
        while end < n, abs(nonzero[order[end]]) == abs(nonzero[order[start]]) { end += 1 }
        let size = Double(end - start)
        ties += size * size * size - size
        for place in start..<end where nonzero[order[place]] > 0 {
            positive += Double(start + 1 + end) / 2
        }
        start = end
    }
    let total = Double(n * (n + 1)) / 2, statistic = min(positive, total - positive)
    if n <= 50, ties == 0, n == differences.count {
        // How many sign patterns give each rank sum.
        var ways = [Double](repeating: 0, count: Int(total) + 1)
        ways[0] = 1
        for rank in 1...n {
            for sum in stride(from: Int(total), through: rank, by: -1) {
                ways[sum] += ways[sum - rank]
            }
        }
        let below = ways[...Int(statistic)].reduce(0, +)
        return min(1, 2 * below / pow(2, Double(n)))
    }
    let count = Double(n)
    let variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
    guard variance > 0 else { return 1 }
    return erfc(abs(statistic - total / 2) / variance.squareRoot() / 2.0.squareRoot())
}
