extension Tensor {
    /// The convolution (cross-correlation, as in every deep-learning library) of
    /// `[batch, height, width, inChannels]`, to `[batch, outHeight, outWidth, outChannels]`.
    ///
    /// - Parameters:
    ///   - weight: `[outChannels, kernelHeight, kernelWidth, inChannels / groups]`.
    ///   - bias: `[outChannels]`.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
    ) -> Tensor {
        require(
            rank == 4 && weight.rank == 4 && groups > 0 && shape[3] == weight.shape[3] * groups
                && weight.shape[0] % groups == 0,
            "convolution: image \(shape), weight \(weight.shape), groups \(groups)")
        let geometry = ConvolutionGeometry(
            batch: shape[0], height: shape[1], width: shape[2], inChannels: shape[3],
            outChannels: weight.shape[0], kernelHeight: weight.shape[1],
            kernelWidth: weight.shape[2], stride: stride, padding: padding, groups: groups)
        require(
            count > 0 && stride > 0 && padding >= 0 && shape[1] + 2 * padding >= weight.shape[1]
                && shape[2] + 2 * padding >= weight.shape[2],
            "convolution: image \(shape), weight \(weight.shape), stride \(stride), "
                + "padding \(padding)")
        if let bias {
            require(
                bias.shape == [weight.shape[0]],
                "convolution: bias \(bias.shape) for weight \(weight.shape)")
        }
        if geometry.isMatrixProduct {
            // As a product, a 1 x 1 convolution is faster: no weight is reordered.
            return linear(
                weight.reshaped([weight.shape[0], weight.shape[3]]), bias, as: .convolution)
        }
        return .convolution(.forward, geometry, self, weight, bias: bias)
    }

    /// One member of the family {convolution, its input gradient, its weight gradient}, which is
    /// closed under derivatives.
    fileprivate static func convolution(
        _ member: ConvolutionMember, _ geometry: ConvolutionGeometry, _ first: Tensor,
        _ second: Tensor, bias: Tensor? = nil
    ) -> Tensor {
        return .record(
            Convolution(member: member, geometry: geometry),
            [first, second] + (bias.map { [$0] } ?? []),
            backend.convolve(member, geometry, first, second, bias: bias))
    }
}

extension ConvolutionGeometry {
    fileprivate var isMatrixProduct: Bool {
        kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == 0 && groups == 1
    }
}

/// Bilinear in its two inputs: each derivative is another member of the family, with the upstream
/// gradient as one of its inputs.
private struct Convolution: Operation {
    let member: ConvolutionMember
    let geometry: ConvolutionGeometry
    var saves: Saved { [.input(0), .input(1)] }

    var layer: Layer? {
        guard member == .forward else { return nil }
        return .affine(
            AffineLayer(
                kind: .convolution, forward: { .convolution(.forward, geometry, $0, $1, bias: $2) },
                backward: { .convolution(.inputGradient, geometry, $0, $1) }))
    }

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
            ] + (sweep.inputCount == 3 ? [sweep.when(2) { u.sum(to: sweep.inputShape(2)) }] : [])
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
