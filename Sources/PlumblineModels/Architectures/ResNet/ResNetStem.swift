import PlumblineTensors

/// The first layers of a residual network: a quarter of the pixels per side is left.
struct ResNetStem {
    enum Kind {
        /// One convolution of 7 x 7.
        case plain
        /// Three convolutions of 3 x 3, the first two with half the channels.
        case deep
    }

    private let layers: [(convolution: Convolution, norm: BatchNorm)]

    init(_ scope: ParameterScope, inputs: Int, outputs: Int, _ kind: Kind) {
        func convolution(
            _ scope: ParameterScope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int
        ) -> Convolution {
            Convolution(
                scope, inputs, outputs, kernel: kernel, stride: stride, padding: kernel / 2,
                fan: .outputs)
        }
        let first = scope["conv1"]
        switch kind {
        case .plain:
            let only = convolution(first, inputs, outputs, kernel: 7, stride: 2)
            layers = [(only, BatchNorm(scope["bn1"], outputs))]
        case .deep:
            // timm's sequence: convolution, norm, ReLU, convolution, norm, ReLU, convolution.
            let half = outputs / 2
            layers = [
                (
                    convolution(first["0"], inputs, half, kernel: 3, stride: 2),
                    BatchNorm(first["1"], half)
                ),
                (
                    convolution(first["3"], half, half, kernel: 3, stride: 1),
                    BatchNorm(first["4"], half)
                ),
                (
                    convolution(first["6"], half, outputs, kernel: 3, stride: 1),
                    BatchNorm(scope["bn1"], outputs)
                ),
            ]
        }
    }

    func callAsFunction(_ image: Tensor, _ pass: Pass) -> Tensor {
        var x = image
        for layer in layers { x = layer.norm(layer.convolution(x), pass) }
        return x.maxPooled(kernel: 3, stride: 2, padding: 1)
    }
}
