import Foundation

/// The SplitMix64 generator (Steele et al., 2014).
///
/// Its whole state is one number, which a checkpoint stores.
public struct RandomGenerator: RandomNumberGenerator, Codable, Sendable {
    /// The whole state.
    public private(set) var state: UInt64

    /// A generator that starts at `seed`.
    public init(seed: UInt64) { state = seed }
    /// The generator that had this ``state``.
    public init(state: UInt64) { self.state = state }

    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The generator as it will be after `count` more numbers.
    ///
    /// With it, a large draw can be split between threads and give the same values.
    func skipping(_ count: Int) -> RandomGenerator {
        RandomGenerator(state: state &+ Self.increment &* UInt64(count))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= Self.increment
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A uniform value in `0 ..< 1`.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A uniform value in `low ..< high`.
    public mutating func uniform(_ low: Float, _ high: Float) -> Float {
        low + (high - low) * uniform()
    }

    /// A uniform whole number in `0 ..< count`.
    ///
    /// - Parameter count: from 1 to 2^24.
    public mutating func index(below count: Int) -> Int { Int(uniform() * Float(count)) }

    /// A standard normal value, by the method of Box and Muller.
    ///
    /// It takes two numbers.
    public mutating func normal() -> Float {
        let radius = (-2 * Foundation.log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
        return Float(radius * Foundation.cos(2 * Double.pi * Double(next() >> 11) * 0x1p-53))
    }

    /// A generator for one purpose, which `name` names.
    ///
    /// Drawing more numbers for one purpose leaves the others unchanged.
    public func stream(_ name: String) -> RandomGenerator {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var mixed = RandomGenerator(seed: state ^ hash)
        return RandomGenerator(seed: mixed.next())
    }
}
