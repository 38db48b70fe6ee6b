/// A gradient computed on this machine, against two that share no code with it.
///
/// The first is the same gradient by plain loops in double (``withPreciseProducts(_:)``). The
/// second is a central difference of the function by these loops.
public struct GradientSelfCheck: Sendable {
    public let name: String
    /// The largest difference from the plain loops, relative to the largest entry of the gradient.
    public let loopDifference: Double
    /// The difference from the central difference, relative to its value.
    public let slopeDifference: Double

    /// Whether both differences are those of roundings.
    ///
    /// Float32 sums of some hundred products differ by about 1e-6, and a central difference of
    /// float32 values by about 1e-3. A wrong kernel differs by the order of 1.
    public var isRight: Bool { loopDifference < 1e-4 && slopeDifference < 2e-2 }

    /// A 3 x 3 convolution, towards image, weight and bias.
    public static func convolution() -> GradientSelfCheck {
        var random = RandomGenerator(seed: 1)
        let inputs = [[2, 14, 14, 16], [32, 3, 3, 16], [32]].map {
            Tensor.normal($0, using: &random)
        }
        return GradientSelfCheck("convolution", inputs) {
            $0[0].convolved($0[1], bias: $0[2], padding: 1)
        }
    }

    /// An attention of four heads, towards queries, keys and values.
    public static func attention() -> GradientSelfCheck {
        var random = RandomGenerator(seed: 2)
        return GradientSelfCheck("attention", [.normal([2, 17, 3 * 64], using: &random)]) {
            $0[0].attention(heads: 4)
        }
    }

    private init(_ name: String, _ inputs: [Tensor], _ function: ([Tensor]) -> Tensor) {
        self.name = name
        var random = RandomGenerator(seed: 3)
        let weight = Tensor.normal(withoutGradients { function(inputs) }.shape, using: &random)
        func value(_ inputs: [Tensor]) -> Tensor { (function(inputs) * weight).sum() }
        func gradients() -> [Tensor] {
            let variables = inputs.map(\.asVariable)
            return gradient(of: value(variables), withRespectTo: variables)
        }
        let found = gradients()
        loopDifference =
            zip(found, withPreciseProducts(gradients)).map {
                Self.difference($0.values, $1.values)
            }.max() ?? .infinity
        // Towards the gradient itself the slope is the largest, so rounding matters least.
        let directions = found.map { $0 * (1 / max(1e-12, Float($0.sumOfSquares.squareRoot()))) }
        let slope = zip(found, directions).reduce(0.0) {
            $0 + zip($1.0.values, $1.1.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        let step: Float = 1e-2
        func moved(_ distance: Float) -> Double {
            withPreciseProducts {
                withoutGradients {
                    Double(value(zip(inputs, directions).map { $0 + $1 * distance }).item)
                }
            }
        }
        let central = (moved(step) - moved(-step)) / Double(2 * step)
        slopeDifference = abs(slope - central) / max(1e-12, abs(central))
    }

    /// Infinite where a value is not finite.
    private static func difference(_ a: [Float], _ b: [Float]) -> Double {
        let scale = Double(b.map(abs).max() ?? 0)
        let most = zip(a, b).map { abs(Double($0) - Double($1)) }
        guard most.allSatisfy(\.isFinite), let largest = most.max() else { return .infinity }
        return largest / max(1e-12, scale)
    }
}
