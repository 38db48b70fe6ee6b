/// An operation as propagation rules see it.
///
/// Relevance is passed to input 0.
package enum Layer {
    /// A convolution or a linear layer.
    case affine(AffineLayer)
    /// ReLU or GELU.
    case activation(Activation)
    /// Batch normalisation, with the ReLU after it where the two are fused.
    case batchNorm(BatchNormLayer)
    case layerNorm(epsilon: Float)
    /// A mean over windows, linear in its input.
    case averagePool(AveragePoolLayer)
    case maxPool
    /// The sum of the two branches of a residual connection.
    case residualSum
    /// Attention of packed queries, keys and values.
    case attention
    /// Reshaping and the like: the same values in other positions.
    case rearrangement
}

/// An activation function that rules know.
package enum Activation: Sendable {
    case relu, gelu
}

/// `z = f(x, w) + b`, linear in `x` and in `w`.
///
/// The first axis of the weight is the output channel, the last is the input channel.
package struct AffineLayer {
    /// What kind of layer it is.
    package enum Kind: Sendable {
        case linear, convolution
    }
    package let kind: Kind
    /// The output, for any input, weight and bias.
    package let forward: (_ x: Tensor, _ weight: Tensor, _ bias: Tensor?) -> Tensor
    /// The gradient towards the input for a cotangent of the output.
    package let backward: (_ cotangent: Tensor, _ weight: Tensor) -> Tensor
}

/// Batch normalisation as rules see it.
package struct BatchNormLayer {
    /// Whether a ReLU follows.
    package let relu: Bool
    /// The cotangent with the ReLU's derivative applied to it.
    package let rectified: (Sweep) -> Tensor
    /// The derivative without the ReLU, for a cotangent of the normalised values.
    package let normalisationDerivative: (Sweep) -> [Tensor?]
    /// With given statistics, the affine map `y = x scale + offset` of every channel, from its two
    /// parameters; `nil` with batch statistics.
    package let affine: ((_ gamma: Tensor, _ beta: Tensor) -> (scale: Tensor, offset: Tensor))?
}

/// A mean over windows as rules see it.
package struct AveragePoolLayer {
    /// The output, for any input.
    package let forward: (Tensor) -> Tensor
    /// The gradient towards the input for a cotangent of the output.
    package let backward: (Tensor) -> Tensor
}
