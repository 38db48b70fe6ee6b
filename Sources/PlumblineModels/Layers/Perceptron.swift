import PlumblineTensors

/// The two-layer perceptron of a transformer block, with GELU between the layers.
public struct Perceptron: Sendable {
    public let fc1: Linear
    public let fc2: Linear

    /// Registers the layers "fc1" and "fc2".
    ///
    /// - Parameter hidden: the features between the layers.
    public init(_ scope: ParameterScope, features: Int, hidden: Int) {
        fc1 = .transformer(scope["fc1"], features, hidden)
        fc2 = .transformer(scope["fc2"], hidden, features)
    }

    /// - Parameter x: `[..., features]`
    /// - Returns: a tensor of the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor { fc2(fc1(x).gelu()) }
}
