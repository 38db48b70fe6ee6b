import Foundation

/// Nemenyi's comparison of all pairs of methods after Friedman's test.
///
/// Two methods differ where their mean ranks differ by the critical difference. Nemenyi (1963);
/// Demšar, JMLR 7 (2006), section 3.2.2.
public struct Nemenyi: Sendable, Equatable {
    /// The number of methods.
    public let methods: Int
    /// The number of blocks, such as images.
    public let blocks: Int

    /// - Parameters:
    ///   - methods: at least 2.
    ///   - blocks: at least 1.
    public init(methods: Int, blocks: Int) {
        self.methods = methods
        self.blocks = blocks
    }

    /// The standard error `sqrt(k (k + 1) / (6 n))` of a difference of mean ranks.
    private var error: Double {
        let k = Double(methods)
        return (k * (k + 1) / (6 * Double(blocks))).squareRoot()
    }

    /// The smallest significant difference of two mean ranks at the level `alpha`:
    /// `q(alpha, k) / sqrt(2) * sqrt(k (k + 1) / (6 n))`.
    ///
    /// `q` is a quantile of the ``StudentisedRange``. `nil` unless `0 < alpha < 1`.
    public func criticalDifference(alpha: Double = 0.05) -> Double? {
        StudentisedRange.quantile(upperTail: alpha, count: methods)
            .map { $0 / 2.0.squareRoot() * error }
    }

    /// The p value of a difference of two mean ranks, corrected for all pairs.
    public func pValue(ofDifference difference: Double) -> Double {
        StudentisedRange.upperTail(abs(difference) / error * 2.0.squareRoot(), count: methods)
    }

    /// The largest groups of methods whose mean ranks all differ by less than the critical
    /// difference, by their indices, from the first rank on.
    ///
    /// A group of one method differs from all others.
    public func groups(_ meanRanks: [Double], alpha: Double = 0.05) -> [[Int]] {
        guard let critical = criticalDifference(alpha: alpha) else { return [] }
        let order = meanRanks.indices.sorted { (meanRanks[$0], $0) < (meanRanks[$1], $1) }
        var groups: [[Int]] = []
        var lastEnd = 0
        for start in order.indices {
            let first = meanRanks[order[start]]
            let end = order.firstIndex { meanRanks[$0] - first >= critical } ?? order.count
            guard end > lastEnd else { continue }
            groups.append(Array(order[start..<end]))
            lastEnd = end
        }
        return groups
    }
}
