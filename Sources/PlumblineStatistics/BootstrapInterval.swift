/// A bootstrap interval of any statistic, by image or by cluster.
///
/// A resample draws as many clusters as there are, with all of their values. An empty name is an
/// unknown cluster: such a value is a cluster of its own. Small samples are covered too rarely by
/// both methods (``meanInterval(_:groups:seed:)`` has the figures, and is to be preferred for means
/// of fewer than some 50 clusters).
public enum BootstrapInterval {
    public enum Method: String, Sendable {
        /// The quantiles of the statistic over resamples.
        case percentile
        /// Bias-corrected and accelerated (Efron, JASA 82, 1987): quantiles shifted by the median
        /// bias and by the acceleration of the jackknife over clusters.
        case bca = "BCa"
    }

    /// - Parameters:
    ///   - groups: one name per value; by default every value is a cluster.
    ///   - level: the confidence, between 0 and 1.
    ///   - statistic: of the values of a resample, which come in any order.
    /// - Returns: `nil` with fewer than two clusters, a value that is not finite, or where the
    ///   statistic is the same in every resample. The same values and seed give the same interval,
    ///   whatever their order.
    public static func compute(
        _ values: [Double], groups: [String]? = nil, method: Method, level: Double = 0.95,
        resamples: Int = 9_999, seed: UInt64 = 0, statistic: ([Double]) -> Double
    ) -> Interval? {
        precondition(resamples >= 100 && level > 0 && level < 1, "BootstrapInterval: settings")
        guard values.allSatisfy(\.isFinite) else { return nil }
        let units = clusters(values, groups)
        guard units.count > 1 else { return nil }
        var random = SplitMix64(seed: seed)
        let distribution = (0..<resamples).map { _ in
            var drawn: [Double] = []
            drawn.reserveCapacity(values.count)
            for _ in units { drawn += units[random.index(below: units.count)] }
            return statistic(drawn)
        }
        let tails = [(1 - level) / 2, (1 + level) / 2]
        let shares: [Double]
        switch method {
        case .percentile: shares = tails
        case .bca:
            let whole = statistic(units.flatMap { $0 })
            let jackknife = units.indices.map { left in
                statistic(units.indices.flatMap { $0 == left ? [] : units[$0] })
            }
            guard
                let corrected = bcaShares(
                    tails, distribution: distribution, estimate: whole, jackknife: jackknife)
            else { return nil }
            shares = corrected
        }
        let sorted = distribution.sorted()
        guard sorted[0] < sorted[resamples - 1] else { return nil }
        let suffix = units.count < values.count ? " over groups" : ""
        return Interval(
            lower: quantile(sorted, shares[0]), upper: quantile(sorted, shares[1]),
            method: "\(method.rawValue) bootstrap of \(resamples) resamples" + suffix,
            units: units.count)
    }

    /// The shares of the distribution that BCa takes for the tails (Efron 1987, equation 2.3), as
    /// `scipy.stats.bootstrap` has them.
    ///
    /// - Returns: `nil` where the estimate is beyond all resamples.
    package static func bcaShares(
        _ tails: [Double], distribution: [Double], estimate: Double, jackknife: [Double]
    ) -> [Double]? {
        let n = Double(distribution.count)
        let below = Double(distribution.filter { $0 < estimate }.count)
        let equal = Double(distribution.filter { $0 == estimate }.count)
        guard let bias = NormalDistribution.quantile((below + equal / 2) / n), bias.isFinite else {
            return nil
        }
        let mean = jackknife.reduce(0, +) / Double(jackknife.count)
        let squares = jackknife.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let cubes = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
        let acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
        return tails.map { tail in
            let z = bias + NormalDistribution.quantile(tail)!
            return NormalDistribution.below(bias + z / (1 - acceleration * z))
        }
    }

    /// Linear interpolation between the values (Hyndman-Fan type 7).
    package static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}
