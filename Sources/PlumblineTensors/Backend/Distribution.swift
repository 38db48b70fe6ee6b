/// What random values are drawn from.
package enum Distribution: Sendable {
    /// Normal with mean 0.
    case normal(standardDeviation: Float)
    /// Uniform in `low ..< high`.
    case uniform(low: Float, high: Float)

    /// How many numbers of the generator one value takes.
    package var numbersPerValue: Int {
        switch self {
        case .normal: 2
        case .uniform: 1
        }
    }

    /// One value.
    package func value(_ generator: inout RandomGenerator) -> Float {
        switch self {
        case .normal(let standardDeviation): generator.normal() * standardDeviation
        case .uniform(let low, let high): generator.uniform(low, high)
        }
    }
}
