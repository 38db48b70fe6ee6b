import PlumblineTensors

/// Layer normalisation over the last axis (Ba et al., arXiv 1607.06450).
public struct LayerNorm: Sendable {
    /// `[features]`.
    public let scale: Parameter
    /// `[features]`.
    public let offset: Parameter
    /// Added to the variance.
    public let epsilon: Float

    /// Registers "weight" and "bias".
    public init(_ scope: ParameterScope, _ features: Int, epsilon: Float) {
        scale = scope.parameter("weight", [features], .constant(1))
        offset = scope.parameter("bias", [features], .constant(0))
        self.epsilon = epsilon
    }

    /// - Parameter x: `[..., features]`
    /// - Returns: a tensor of the same shape.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        x.layerNorm(scale: scale.value, offset: offset.value, epsilon: epsilon)
    }
}
