extension Tensor {
    /// The cross-correlation of `[batch, height, width, inChannels]` with `weight` `[outChannels, kernelHeight, kernelWidth,
    /// inChannels / groups]`, to `[batch, outHeight, outWidth, outChannels]`.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
    ) -> Tensor {
        require(
            rank == 4 && weight.rank == 4 && groups > 0 && shape[3] == weight.shape[3] * groups && weight.shape[0] % groups == 0,
            "convolution: image \(shape), weight \(weight.shape), groups \(groups)")
        let geometry = ConvolutionGeometry(
            batch: shape[0], height: shape[1], width: shape[2], inChannels: shape[3], outChannels: weight.shape[0],
            kernelHeight: weight.shape[1], kernelWidth: weight.shape[2], stride: stride, padding: padding, groups: groups)
        require(
            count > 0 && stride > 0 && padding >= 0 && shape[1] + 2 * padding >= weight.shape[1]
                && shape[2] + 2 * padding >= weight.shape[2],
            "convolution: image \(shape), weight \(weight.shape), stride \(stride), padding \(padding)")
        if geometry.isMatrixProduct {
            // A 1x1 convolution is a product, and faster so: no weight is reordered.
            return linear(weight.reshaped([weight.shape[0], weight.shape[3]]), bias)
        }
        let result = Tensor.convolution(.forward, geometry, self, weight)
        return bias.map { result + $0 } ?? result
    }

    /// One member of the family {convolution, its input gradient, its weight gradient}, which is closed under derivatives.
    fileprivate static func convolution(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ first: Tensor, _ second: Tensor
    ) -> Tensor {
        let shape =
            switch member {
            case .forward: geometry.outputShape
            case .inputGradient: geometry.inputShape
            case .weightGradient: geometry.weightShape
            }
        let value = withPointers(first, second) { p in
            Tensor.computed(shape) { backend.convolve(member, geometry, p[0], p[1], into: $0) }
        }
        return .record(Convolution(member: member, geometry: geometry), [first, second], value)
    }
}

extension ConvolutionGeometry {
    fileprivate var isMatrixProduct: Bool {
        kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == 0 && groups == 1
    }
}

/// Bilinear in its two inputs, so each derivative is another member with the upstream in the place of the third quantity.
private struct Convolution: Operation {
    let member: ConvolutionMember, geometry: ConvolutionGeometry
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let u = sweep.upstream()
        func apply(_ member: ConvolutionMember, _ first: Tensor, _ second: Tensor) -> Tensor {
            .convolution(member, geometry, first, second)
        }
        switch member {
        case .forward:  // (x, w)
            return [
                sweep.when(0) { apply(.inputGradient, u, sweep.input(1)) },
                sweep.when(1) { apply(.weightGradient, sweep.input(0), u) },
            ]
        case .inputGradient:  // (g, w)
            return [
                sweep.when(0) { apply(.forward, u, sweep.input(1)) },
                sweep.when(1) { apply(.weightGradient, u, sweep.input(0)) },
            ]
        case .weightGradient:  // (x, g)
            return [
                sweep.when(0) { apply(.inputGradient, sweep.input(1), u) },
                sweep.when(1) { apply(.forward, sweep.input(0), u) },
            ]
        }
    }
}
