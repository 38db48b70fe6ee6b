extension Tensor {
    /// Normally distributed values with mean 0.
    ///
    /// - Parameters:
    ///   - deviation: the standard deviation.
    ///   - random: advances by two numbers per value.
    public static func normal(
        _ shape: [Int], deviation: Float = 1, using random: inout RandomGenerator
    ) -> Tensor {
        drawn(shape, .normal(standardDeviation: deviation), using: &random)
    }

    /// Uniformly distributed values in `low ..< high`.
    ///
    /// - Parameter random: advances by one number per value.
    public static func uniform(
        _ shape: [Int], _ low: Float, _ high: Float, using random: inout RandomGenerator
    ) -> Tensor {
        drawn(shape, .uniform(low: low, high: high), using: &random)
    }

    private static func drawn(
        _ shape: [Int], _ distribution: Distribution, using random: inout RandomGenerator
    ) -> Tensor {
        defer { random = random.skipping(distribution.numbersPerValue * shape.product) }
        return backend.random(shape, distribution, random)
    }
}
