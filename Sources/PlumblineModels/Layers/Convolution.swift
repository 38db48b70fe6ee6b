import PlumblineTensors

/// A two-dimensional convolution of images, `[batch, height, width, channels]`.
public struct Convolution: Sendable {
    /// `[outputs, kernel, kernel, inputs]`.
    public let weight: Parameter
    /// `[outputs]`.
    public let bias: Parameter?
    public let stride: Int
    /// Pixels of zeros that are added at each edge.
    public let padding: Int

    /// Which side of the weight the standard deviation of the initial values is matched to.
    public enum Fan: Sendable { case inputs, outputs }

    /// Registers "weight", and "bias" if there is one.
    ///
    /// Weights are drawn as PyTorch's `kaiming_normal_` does.
    ///
    /// - Parameter kernel: pixels per side.
    public init(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
        padding: Int = 0, fan: Fan = .inputs, hasBias: Bool = false
    ) {
        weight = scope.parameter(
            "weight", [outputs, kernel, kernel, inputs],
            .kaimingNormal(fan: (fan == .inputs ? inputs : outputs) * kernel * kernel),
            layout: .convolution)
        bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
        self.stride = stride
        self.padding = padding
    }

    /// - Parameter x: `[batch, height, width, inputs]`
    /// - Returns: `[batch, rows, columns, outputs]` with
    ///   `rows = (height + 2 padding - kernel) / stride + 1`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        x.convolved(weight.value, bias: bias?.value, stride: stride, padding: padding)
    }
}
