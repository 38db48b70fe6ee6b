import PlumblineTensors

/// A two-dimensional convolution of images, `[batch, height, width, channels]`.
public struct Convolution: Sendable {
    /// `[outputs, kernel, kernel, inputs / groups]`.
    public let weight: Parameter
    /// `[outputs]`.
    public let bias: Parameter?
    public let stride: Int
    /// Pixels of zeros that are added at each edge.
    public let padding: Int
    /// Inputs and outputs are split into as many groups; each output reads the inputs of its group.
    public let groups: Int

    /// Which side of the weight the standard deviation of the initial values is matched to.
    public enum Fan: Sendable { case inputs, outputs }

    /// Registers "weight", and "bias" if there is one.
    ///
    /// Weights are drawn as PyTorch's `kaiming_normal_` does.
    ///
    /// - Parameters:
    ///   - kernel: pixels per side.
    ///   - groups: a divisor of `inputs` and of `outputs`.
    public init(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
        padding: Int = 0, groups: Int = 1, fan: Fan = .inputs, hasBias: Bool = false
    ) {
        precondition(
            groups > 0 && inputs % groups == 0 && outputs % groups == 0,
            "convolution: \(inputs) inputs and \(outputs) outputs in \(groups) groups")
        // PyTorch counts the outputs of all groups, and the inputs of one.
        weight = scope.parameter(
            "weight", [outputs, kernel, kernel, inputs / groups],
            .kaimingNormal(fan: (fan == .inputs ? inputs / groups : outputs) * kernel * kernel),
            layout: .convolution)
        bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
        self.stride = stride
        self.padding = padding
        self.groups = groups
    }

    /// - Parameter x: `[batch, height, width, inputs]`
    /// - Returns: `[batch, rows, columns, outputs]` with
    ///   `rows = (height + 2 padding - kernel) / stride + 1`.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        x.convolved(
            weight.value, bias: bias?.value, stride: stride, padding: padding, groups: groups)
    }
}
