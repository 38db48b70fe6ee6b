import Tensors

/// A two-dimensional convolution of NHWC images without bias.
struct Convolution {
    let weight: Parameter
    let stride: Int, padding: Int

    init(_ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0) {
        weight = scope.parameter(
            "weight", [outputs, kernel, kernel, inputs], .kaimingNormal(fanIn: inputs * kernel * kernel), layout: .convolution)
        (self.stride, self.padding) = (stride, padding)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.convolved(weight.value, stride: stride, padding: padding) }
}
