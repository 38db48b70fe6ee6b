import PlumblineTensors

/// Square patches of an image as tokens (Dosovitskiy et al., arXiv 2010.11929, equation 1).
///
/// Patches do not overlap, so the convolution is a matrix product of rearranged pixels.
public struct PatchEmbedding: Sendable {
    /// `[features, patch, patch, channels]`.
    public let weight: Parameter
    /// `[features]`.
    public let bias: Parameter
    /// Pixels per side of a patch.
    public let patch: Int

    /// Registers "weight" and "bias".
    public init(_ scope: ParameterScope, channels: Int, patch: Int, features: Int) {
        let fanIn = channels * patch * patch
        weight = scope.parameter(
            "weight", [features, patch, patch, channels], .fanInUniform(fanIn: fanIn),
            layout: .convolution)
        bias = scope.parameter("bias", [features], .fanInUniform(fanIn: fanIn))
        self.patch = patch
    }

    /// - Parameter image: `[batch, height, width, channels]`; height and width are multiples of the
    ///   patch.
    /// - Returns: `[batch, height / patch, width / patch, features]`
    public func callAsFunction(_ image: Tensor) -> Tensor {
        let batch = image.shape[0]
        let channels = image.shape[3]
        let rows = image.shape[1] / patch
        let columns = image.shape[2] / patch
        let area = patch * patch * channels
        let pixels = image.reshaped([batch, rows, patch, columns, patch * channels])
            .transposed([0, 1, 3, 2, 4])
            .reshaped([batch, rows, columns, area])
        return pixels.linear(weight.value.reshaped([-1, area]), bias.value, as: .convolution)
    }
}
