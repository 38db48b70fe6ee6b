import Foundation

extension RandomGenerator {
    /// A value of the symmetric beta distribution, from 0 to 1.
    ///
    /// - Parameter shape: both parameters, more than 0. With 1 the distribution is uniform.
    public mutating func beta(_ shape: Float) -> Float {
        let first = logarithmOfGamma(Double(shape))
        let second = logarithmOfGamma(Double(shape))
        // The share of the first of two gamma values, which may both be too small for a number.
        return Float(1 / (1 + exp(second - first)))
    }

    /// The logarithm of a value of the gamma distribution (Marsaglia & Tsang, 2000,
    /// doi 10.1145/358407.358414).
    private mutating func logarithmOfGamma(_ shape: Double) -> Double {
        if shape < 1 {
            // Section 6 of the paper.
            let power = log(doubleAboveZero()) / shape
            return logarithmOfGamma(shape + 1) + power
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = Double(normal())
            let v = 1 + c * x
            guard v > 0 else { continue }
            let cube = v * v * v
            if log(doubleAboveZero()) < 0.5 * x * x + d * (1 - cube + log(cube)) {
                return log(d * cube)
            }
        }
    }

    /// Uniform in `0 < x <= 1`.
    private mutating func doubleAboveZero() -> Double { 1 - Double(next() >> 11) * 0x1p-53 }
}
