import Foundation

/// How many units a comparison needs, from the variance that earlier results had.
public enum Power {
    /// The power of the two-sided one-sample t test of a mean against 0.
    ///
    /// `P(|T| > t)` for T of the noncentral t distribution with `n - 1` degrees of freedom and
    /// noncentrality `effect / deviation * sqrt(n)`; `statsmodels.stats.power.TTestPower`.
    ///
    /// - Parameters:
    ///   - effect: the true mean.
    ///   - deviation: the standard deviation between units, above 0.
    ///   - units: at least 2.
    /// - Returns: from 0 to 1; `nil` outside of the ranges.
    public static func ofMean(
        effect: Double, deviation: Double, units: Int, alpha: Double = 0.05
    ) -> Double? {
        guard units >= 2, deviation > 0, deviation.isFinite, effect.isFinite,
            let limit = StudentT.quantile(1 - alpha / 2, degrees: Double(units - 1))
        else { return nil }
        let shift = abs(effect) / deviation * Double(units).squareRoot()
        let degrees = Double(units - 1)
        return max(
            0,
            min(
                1,
                1 - NoncentralT.below(limit, degrees: degrees, shift: shift)
                    + NoncentralT.below(-limit, degrees: degrees, shift: shift)))
    }

    /// The smallest number of units with at least this power.
    ///
    /// - Returns: `nil` for an effect of 0, and where more than `most` units are needed.
    public static func unitsNeeded(
        effect: Double, deviation: Double, power: Double = 0.8, alpha: Double = 0.05,
        most: Int = 100_000
    ) -> Int? {
        guard effect != 0, most >= 2,
            let whole = ofMean(effect: effect, deviation: deviation, units: most, alpha: alpha),
            whole >= power
        else { return nil }
        var (low, high) = (2, most)
        while low < high {
            let middle = (low + high) / 2
            let reached =
                ofMean(effect: effect, deviation: deviation, units: middle, alpha: alpha) ?? 0
            if reached >= power { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The standard deviation of a pair's mean gap: `sqrt(pair + seed / seeds + rest / (seeds
    /// images))`.
    ///
    /// - Parameters:
    ///   - pair: the variance between fine-tuned pairs.
    ///   - seed: the variance between seeds of one pair.
    ///   - rest: the variance between images of one seed.
    public static func pairDeviation(
        pair: Double, seed: Double, rest: Double, seeds: Int, images: Int
    ) -> Double {
        (pair + seed / Double(seeds) + rest / Double(seeds * images)).squareRoot()
    }
}
