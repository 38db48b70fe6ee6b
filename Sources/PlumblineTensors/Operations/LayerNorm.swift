// Layer normalisation (Ba et al., arXiv 1607.06450) over the last axis. The formulas are those of
// batch normalisation, with rows instead of channels and h = gamma g instead of g.

extension Tensor {
    /// Normalises each row of the last axis.
    ///
    /// A constant row gives `offset`. A NaN or infinity spoils its row.
    ///
    /// - Parameters:
    ///   - scale: `[features]`.
    ///   - offset: `[features]`.
    public func layerNorm(scale: Tensor, offset: Tensor, epsilon: Float = 1e-6) -> Tensor {
        let features = shape.last ?? 0
        require(
            count > 0 && scale.shape == [features] && offset.shape == [features],
            "layerNorm: shape \(shape) with scale \(scale.shape) and offset \(offset.shape)")
        return .record(
            LayerNorm(epsilon: epsilon), [self, scale, offset],
            backend.layerNorm(self, scale, offset, epsilon: epsilon))
    }
}

private struct LayerNorm: Operation {
    let epsilon: Float
    var saves: Saved { .allInputs }
    var layer: Layer? { .layerNorm(epsilon: epsilon) }
    var rebuild: (([Tensor]) -> Tensor)? {
        { $0[0].layerNorm(scale: $0[1], offset: $0[2], epsilon: epsilon) }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = [sweep.input(0), sweep.input(1), sweep.upstream()]
        let neededInputs = sweep.neededInputs(of: 0..<3)
        let values = Tensor.record(
            LayerNormGradient(epsilon: epsilon, neededInputs: neededInputs), inputs,
            backend.layerNormFirst(
                inputs[0], inputs[1], inputs[2], epsilon: epsilon, neededInputs: neededInputs))
        var results: [Tensor?] = [nil, nil, nil]
        for (index, value) in zip(neededInputs, values) { results[index] = value }
        return results
    }
}

/// From (x, gamma, g), those of dx, dgamma and dbeta that are needed.
private struct LayerNormGradient: Operation {
    let epsilon: Float
    let neededInputs: [Int]
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = (0...2).map { sweep.input($0) }
        let upstreams = neededInputs.indices.map { sweep.optionalUpstream($0) }
        // The verb knows the derivative of dx. The derivatives of the parameters' gradients, and
        // higher orders, are composed.
        guard !Recording.isRecording, neededInputs.first == 0, let u = upstreams[0],
            upstreams.dropFirst().allSatisfy({ $0 == nil })
        else {
            return composedDerivative(sweep, of: inputs, upstreams: upstreams) {
                composedLayerNormGradient($0, epsilon: epsilon, neededInputs: neededInputs)
            }
        }
        return backend.layerNormSecond(
            inputs[0], inputs[1], inputs[2], u, epsilon: epsilon,
            neededInputs: sweep.neededInputs(of: 0..<3))
    }
}

/// From (x, gamma, g), the gradients towards those of (x, gamma, beta) that are needed, in
/// elementary operations.
func composedLayerNormGradient(_ inputs: [Tensor], epsilon: Float, neededInputs: [Int]) -> [Tensor]
{
    let (x, gamma, g) = (inputs[0], inputs[1], inputs[2])
    func rowMean(_ v: Tensor) -> Tensor { v.mean([-1], keepingDimensions: true) }
    let centred = x - rowMean(x)
    let inverse = (rowMean(centred * centred) + epsilon).power(-0.5)
    let xhat = centred * inverse
    let h = g * gamma
    return neededInputs.map { index in
        switch index {
        case 0: inverse * (h - rowMean(h) - xhat * rowMean(h * xhat))
        case 1: (g * xhat).sum(Array(0..<(x.rank - 1)))
        default: g.sum(Array(0..<(x.rank - 1)))
        }
    }
}
