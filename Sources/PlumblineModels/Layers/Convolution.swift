import PlumblineTensors

/// A two-dimensional convolution of NHWC images.
struct Convolution {
    let weight: Parameter, bias: Parameter?
    let stride: Int, padding: Int

    /// Which side of the weight the initial spread is matched to.
    enum Fan { case inputs, outputs }

    init(
        _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
        padding: Int = 0, fan: Fan = .inputs,
        hasBias: Bool = false
    ) {
        weight = scope.parameter(
            "weight", [outputs, kernel, kernel, inputs],
            .kaimingNormal(fan: (fan == .inputs ? inputs : outputs) * kernel * kernel),
            layout: .convolution)
        bias = hasBias ? scope.parameter("bias", [outputs], .constant(0)) : nil
        (self.stride, self.padding) = (stride, padding)
    }

    func callAsFunction(_ x: Tensor) -> Tensor {
        x.convolved(weight.value, bias: bias?.value, stride: stride, padding: padding)
    }
}
