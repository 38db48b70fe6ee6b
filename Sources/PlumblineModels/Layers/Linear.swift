import PlumblineTensors

/// A linear layer on the last axis: `x Wᵀ + b`.
public struct Linear: Sendable {
    /// `[outputs, inputs]`.
    public let weight: Parameter
    /// `[outputs]`.
    public let bias: Parameter?

    /// Registers "weight", and "bias" if there is one.
    ///
    /// - Parameters:
    ///   - weight: how weights are drawn; `nil` as PyTorch draws them.
    ///   - bias: how biases are drawn; `nil` as PyTorch draws them.
    public init(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, hasBias: Bool = true,
        weight: Initialisation? = nil, bias: Initialisation? = nil
    ) {
        self.weight = scope.parameter(
            "weight", [outputs, inputs], weight ?? .fanInUniform(fanIn: inputs))
        self.bias =
            hasBias ? scope.parameter("bias", [outputs], bias ?? .fanInUniform(fanIn: inputs)) : nil
    }

    /// A layer initialised as timm initialises every linear layer of a transformer.
    public static func transformer(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, hasBias: Bool = true
    ) -> Linear {
        Linear(
            scope, inputs, outputs, hasBias: hasBias, weight: .truncatedNormal(deviation: 0.02),
            bias: .constant(0))
    }

    /// - Parameter x: `[..., inputs]`
    /// - Returns: `[..., outputs]`
    public func callAsFunction(_ x: Tensor) -> Tensor { x.linear(weight.value, bias?.value) }
}
