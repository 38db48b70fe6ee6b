/// The statistics and settings of one batch normalisation.
package struct BatchNormalisation {
    /// The mean of each channel, `[channels]`.
    package let mean: Tensor
    /// `1 / sqrt(variance + epsilon)` of each channel, `[channels]`.
    package let inverse: Tensor
    /// Whether the statistics are those of the batch itself, so that they depend on `x`.
    package let usesBatch: Bool
    package let epsilon: Float
    /// Whether a ReLU follows.
    package var relu: Bool
}

/// What the first derivative of a batch normalisation is computed from.
package struct BatchNormInputs {
    package let x: Tensor
    package let gamma: Tensor
    package let beta: Tensor
    /// The gradient of the objective with respect to the output.
    package let g: Tensor

    var all: [Tensor] { [x, gamma, beta, g] }
}

/// The cotangents of the gradients towards x, gamma and beta; `nil` stands for zeros.
package struct BatchNormCotangents {
    package let dx: Tensor?
    package let dgamma: Tensor?
    package let dbeta: Tensor?
}
