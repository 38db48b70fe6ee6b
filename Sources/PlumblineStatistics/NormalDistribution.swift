import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability of a value below `value`.
    public static func below(_ value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }

    /// The value that a normal one stays below with `probability`.
    ///
    /// Newton's steps on ``below(_:)`` from a start inside a bracket; the relative error is below
    /// 1e-12. It is infinite for 0 and 1.
    ///
    /// - Returns: `nil` outside of 0 to 1.
    public static func quantile(_ probability: Double) -> Double? {
        guard (0...1).contains(probability) else { return nil }
        if probability == 0 { return -.infinity }
        if probability == 1 { return .infinity }
        if probability > 0.5 { return quantile(1 - probability).map { -$0 } }
        var low = -40.0
        var high = 0.0
        var value = -1.0
        for _ in 0..<200 {
            let excess = below(value) - probability
            if excess > 0 { high = value } else { low = value }
            let density = exp(-value * value / 2) / (2 * Double.pi).squareRoot()
            var next = value - excess / density
            if !(next > low && next < high) { next = (low + high) / 2 }
            if abs(next - value) <= 1e-15 * abs(next) { return next }
            value = next
        }
        return value
    }
}
