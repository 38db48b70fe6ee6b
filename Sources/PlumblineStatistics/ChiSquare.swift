import Foundation

/// The chi-square distribution.
public enum ChiSquare {
    /// The probability that chi-square with `degrees` degrees of freedom is above `value`.
    ///
    /// The upper regularised incomplete gamma function `Q(degrees / 2, value / 2)` (Abramowitz and
    /// Stegun, 26.4.19).
    ///
    /// - Parameter degrees: above 0.
    public static func upperTail(_ value: Double, degrees: Double) -> Double {
        guard value > 0 else { return 1 }
        guard value.isFinite else { return 0 }
        let (a, x) = (degrees / 2, value / 2)
        let front = exp(a * log(x) - x - logGamma(a))
        return x < a + 1 ? 1 - front * series(a, x) : front * fraction(a, x)
    }

    /// `sum of x^n / (a (a + 1) ... (a + n))` (6.5.29).
    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var next = a
        while term > sum * 1e-17 {
            next += 1
            term *= x / next
            sum += term
        }
        return sum
    }

    /// The continued fraction 6.5.31 by the method of Lentz.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var c = 1e300
        var d = 1 / b
        var result = d
        for step in 1...10_000 {
            let n = Double(step)
            b += 2
            d = 1 / (b - n * (n - a) * d)
            c = b - n * (n - a) / c
            result *= c * d
            if abs(c * d - 1) < 1e-16 { break }
        }
        return result
    }
}
