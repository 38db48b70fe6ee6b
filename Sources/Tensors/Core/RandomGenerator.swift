import Foundation

/// SplitMix64 (Steele et al., 2014): the whole state is one number, which a checkpoint stores.
public struct RandomGenerator: RandomNumberGenerator, Codable, Sendable {
    public private(set) var state: UInt64

    public init(seed: UInt64) { state = seed }
    public init(state: UInt64) { self.state = state }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in `[0, 1)`.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    public mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

    /// Standard normal, by Box and Muller.
    public mutating func normal() -> Float {
        let radius = (-2 * Foundation.log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
        return Float(radius * Foundation.cos(2 * Double.pi * Double(next() >> 11) * 0x1p-53))
    }

    /// A generator for an independent purpose, so that drawing more for one leaves another unchanged.
    public func stream(_ name: String) -> RandomGenerator {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var mixed = RandomGenerator(seed: state ^ hash)
        return RandomGenerator(seed: mixed.next())
    }
}

extension Tensor {
    public static func normal(_ shape: [Int], deviation: Float = 1, using random: inout RandomGenerator) -> Tensor {
        Tensor((0..<shape.product).map { _ in random.normal() * deviation }, shape: shape)
    }

    public static func uniform(_ shape: [Int], _ low: Float, _ high: Float, using random: inout RandomGenerator) -> Tensor {
        Tensor((0..<shape.product).map { _ in random.uniform(low, high) }, shape: shape)
    }
}
