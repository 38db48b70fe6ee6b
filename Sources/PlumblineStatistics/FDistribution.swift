import Foundation

/// Fisher's F distribution.
public enum FDistribution {
    /// The probability that F with two numbers of degrees of freedom is above `value`.
    ///
    /// The regularised incomplete beta function `I_x(d2 / 2, d1 / 2)` at `x = d2 / (d2 + d1 F)`
    /// (Abramowitz and Stegun, 26.6.2).
    ///
    /// - Parameters:
    ///   - numerator: `d1`, above 0.
    ///   - denominator: `d2`, above 0.
    public static func upperTail(
        _ value: Double, numerator: Double, denominator: Double
    ) -> Double {
        guard value > 0 else { return 1 }
        guard value.isFinite else { return 0 }
        let sum = denominator + numerator * value
        let (x, rest) = (denominator / sum, numerator * value / sum)
        let (a, b) = (denominator / 2, numerator / 2)
        let front = exp(
            a * log(x) + b * log(rest) - logGamma(a) - logGamma(b) + logGamma(a + b))
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
        return 1 - front * betaFraction(rest, b, a) / b
    }
}
