import Foundation

/// Student's t distribution.
public enum StudentT {
    /// The probability that t with `degrees` degrees of freedom is above `value`.
    ///
    /// Half the regularised incomplete beta function (Abramowitz and Stegun, 26.7.1).
    public static func upperTail(_ value: Double, degrees: Double) -> Double {
        guard value >= 0 else { return 1 - upperTail(-value, degrees: degrees) }
        let square = value * value
        guard square.isFinite else { return 0 }
        return incompleteBeta(degrees / (degrees + square), square / (degrees + square), degrees)
            / 2
    }

    /// The value that t with `degrees` degrees of freedom stays below with `probability`.
    ///
    /// `nil` unless `0 < probability < 1` and `degrees` is positive and finite. The relative error
    /// is below 1e-10 for degrees from 1 on.
    public static func quantile(_ probability: Double, degrees: Double) -> Double? {
        guard probability > 0, probability < 1, degrees > 0, degrees.isFinite else { return nil }
        if probability < 0.5 {
            return quantile(tail: probability, degrees: degrees).map { -$0 }
        }
        return quantile(tail: 1 - probability, degrees: degrees)
    }

    /// Newton's steps inside a bracket; a step that leaves the bracket is replaced by its middle.
    private static func quantile(tail: Double, degrees: Double) -> Double? {
        if tail == 0.5 { return 0 }
        var low = 0.0
        var high = 1.0
        while upperTail(high, degrees: degrees) > tail {
            low = high
            high *= 2
            guard high < 1e150 else { return nil }
        }
        let logScale = -(logBeta(degrees) + log(degrees) / 2)
        var value = (low + high) / 2
        for _ in 0..<200 {
            let excess = upperTail(value, degrees: degrees) - tail
            if excess > 0 { low = value } else { high = value }
            let density = exp(logScale - (degrees + 1) / 2 * log1p(value * value / degrees))
            var next = value + excess / density
            if !(next > low && next < high) { next = (low + high) / 2 }
            if abs(next - value) <= 1e-15 * next { return next }
            value = next
        }
        return value
    }

    /// `I_x(degrees / 2, 1 / 2)`; `rest` is `1 - x`, given apart because it may be tiny.
    private static func incompleteBeta(_ x: Double, _ rest: Double, _ degrees: Double) -> Double {
        let a = degrees / 2
        let b = 0.5
        guard x > 0 else { return 0 }
        guard rest > 0 else { return 1 }
        let logX = x < 0.5 ? log(x) : log1p(-rest)
        let front = exp(a * logX + log(rest) / 2 - logBeta(degrees))
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
        return 1 - front * betaFraction(rest, b, a) / b
    }

    /// `ln B(degrees / 2, 1 / 2)`.
    ///
    /// The difference of two large log gammas loses digits, hence the series in `1 / a` of
    /// `ln Γ(a + 1/2) - ln Γ(a)` for large `a`.
    private static func logBeta(_ degrees: Double) -> Double {
        let a = degrees / 2
        let halfLogPi = log(Double.pi) / 2
        if a < 20 { return logGamma(a) + halfLogPi - logGamma(a + 0.5) }
        let inverse = 1 / a
        let square = inverse * inverse
        let series =
            inverse
            * (-1 / 8.0 + square
                * (1 / 192.0 + square
                    * (-1 / 640.0 + square * 17 / 14336)))
        return halfLogPi - (log(a) / 2 + series)
    }
}
