import PlumblineTensors

/// Square patches of an image as tokens (Dosovitskiy et al., arXiv 2010.11929, eq. 1). Patches do
/// not overlap, so the convolution is a product of rearranged pixels.
struct PatchEmbedding {
    let weight: Parameter, bias: Parameter
    let patch: Int

    init(_ scope: ParameterScope, channels: Int, patch: Int, features: Int) {
        let fanIn = channels * patch * patch
        weight = scope.parameter(
            "weight", [features, patch, patch, channels], .fanInUniform(fanIn: fanIn),
            layout: .convolution)
        bias = scope.parameter("bias", [features], .fanInUniform(fanIn: fanIn))
        self.patch = patch
    }

    /// `[batch, height, width, channels]` to `[batch, rows, columns, features]`.
    func callAsFunction(_ image: Tensor) -> Tensor {
        let (batch, channels) = (image.shape[0], image.shape[3])
        let rows = image.shape[1] / patch, columns = image.shape[2] / patch,
            area = patch * patch * channels
        let pixels = image.reshaped([batch, rows, patch, columns, patch * channels]).transposed([
            0, 1, 3, 2, 4,
        ])
        .reshaped([batch, rows, columns, area])
        return pixels.linear(weight.value.reshaped([-1, area]), bias.value, as: .convolution)
    }
}
