import Foundation

/// The range of `count` independent standard normal values: the studentised range with infinitely
/// many degrees of freedom.
public enum StudentisedRange {
    /// The probability that the range of `count` values is above `value`.
    ///
    /// `1 - k ∫ φ(z) (Φ(z) - Φ(z - q))^(k-1) dz` (Miller, Simultaneous Statistical Inference, 1981,
    /// section 2.1). The difference is integrated, so that small probabilities keep their digits.
    ///
    /// - Parameter count: at least 2.
    public static func upperTail(_ value: Double, count: Int) -> Double {
        guard value > 0 else { return 1 }
        guard value.isFinite else { return 0 }
        let power = Double(count - 1)
        // The integrand vanishes at both ends, where the trapezoid rule is exact.
        let step = 1 / 64.0
        var sum = 0.0
        for index in -640...640 + Int((min(value, 40) / step).rounded(.up)) {
            let z = Double(index) * step
            let below = lowerTail(z)
            guard below > 0 else { continue }
            let rest = lowerTail(z - value) / below
            let lost =
                rest >= 1 ? 1 : -expm1(power * log1p(-rest))
            sum += exp(-z * z / 2) * pow(below, power) * lost
        }
        return min(1, Double(count) * sum * step / (2 * Double.pi).squareRoot())
    }

    /// The value that the range of `count` values exceeds with `probability`.
    ///
    /// `nil` unless `0 < probability < 1` and `count` is at least 2.
    public static func quantile(upperTail probability: Double, count: Int) -> Double? {
        guard probability > 0, probability < 1, count >= 2 else { return nil }
        var low = 0.0
        var high = 1.0
        while upperTail(high, count: count) > probability {
            low = high
            high *= 2
            guard high < 100 else { return nil }
        }
        for _ in 0..<60 where high - low > 1e-13 * high {
            let middle = (low + high) / 2
            if upperTail(middle, count: count) > probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The standard normal distribution function.
    private static func lowerTail(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
}
