// Batch normalisation (Ioffe & Szegedy, arXiv 1502.03167) over the last axis, together with the
// ReLU that follows it.
//
// With m the ReLU's mask, g' = m g, and P(v) = v - mean(v) - xhat mean(v xhat):
//   first derivative     dx = (gamma / sigma) P(g'),  dgamma = sum(g' xhat),  dbeta = sum(g')
//   second derivative    u, v, w are the cotangents of dx, dgamma, dbeta; a, b, c, d are the means
//                        of g', g' xhat, u, u xhat; e = mean(u g') - a c - b d:
//     towards g          m ((gamma / sigma) P(u) + v xhat + w)
//     towards gamma      n e / sigma
//     towards x          -(gamma / sigma^2) (d P(g') + b P(u) + e xhat) + (v / sigma) P(g')
// With given statistics P is the identity and xhat is linear in x: the terms in a to e disappear.

extension Tensor {
    /// Normalises each channel (the last axis) by the batch's own statistics.
    ///
    /// A constant channel gives `offset`. NaN and infinities spoil their whole channel.
    ///
    /// - Parameters:
    ///   - scale: `[channels]`.
    ///   - offset: `[channels]`.
    ///   - relu: whether a ReLU follows.
    /// - Returns: the result, and the statistics for the running averages.
    public func batchNorm(scale: Tensor, offset: Tensor, epsilon: Float = 1e-5, relu: Bool = false)
        -> (Tensor, BatchStatistics)
    {
        checkBatchNorm(scale, offset)
        let (mean, variance) = backend.channelMoments(self)
        let norm = BatchNormalisation(
            mean: mean, inverse: backend.inverseDeviation(variance, epsilon: epsilon),
            usesBatch: true, epsilon: epsilon, relu: relu)
        let statistics = BatchStatistics(
            mean: mean, variance: variance, count: count / scale.count)
        return (normalised(norm, scale, offset), statistics)
    }

    /// Normalises by given statistics, which are constants: evaluation mode, or frozen batch
    /// normalisation.
    ///
    /// - Parameters:
    ///   - mean: `[channels]`.
    ///   - variance: `[channels]`.
    public func batchNorm(
        scale: Tensor, offset: Tensor, mean: Tensor, variance: Tensor, epsilon: Float = 1e-5,
        relu: Bool = false
    ) -> Tensor {
        checkBatchNorm(scale, offset)
        require(
            mean.shape == scale.shape && variance.shape == scale.shape,
            "batchNorm: statistics \(mean.shape) and \(variance.shape) for shape \(shape)")
        let norm = BatchNormalisation(
            mean: mean.detached, inverse: backend.inverseDeviation(variance, epsilon: epsilon),
            usesBatch: false, epsilon: epsilon, relu: relu)
        return normalised(norm, scale, offset)
    }

    private func checkBatchNorm(_ scale: Tensor, _ offset: Tensor) {
        let channels = shape.last ?? 0
        require(
            count > 0 && scale.shape == [channels] && offset.shape == [channels],
            "batchNorm: shape \(shape) with scale \(scale.shape) and offset \(offset.shape)")
    }

    private func normalised(_ norm: BatchNormalisation, _ scale: Tensor, _ offset: Tensor)
        -> Tensor
    {
        .record(
            BatchNorm(norm: norm), [self, scale, offset],
            backend.batchNorm(self, scale, offset, norm))
    }
}

private struct BatchNorm: Operation {
    let norm: BatchNormalisation
    var saves: Saved { .allInputs }

    var layer: Layer? {
        var withoutReLU = norm
        withoutReLU.relu = false
        return .batchNorm(
            BatchNormLayer(
                relu: norm.relu,
                rectified: { [withoutReLU] sweep in
                    let normalised = backend.batchNorm(
                        sweep.input(0), sweep.input(1), sweep.input(2), withoutReLU)
                    return sweep.upstream().masked(wherePositive: normalised)
                },
                normalisationDerivative: BatchNorm(norm: withoutReLU).derivative,
                affine: norm.usesBatch
                    ? nil
                    : { [norm] gamma, beta in
                        let scale = gamma * norm.inverse
                        return (scale, beta - scale * norm.mean)
                    }))
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = BatchNormInputs(
            x: sweep.input(0), gamma: sweep.input(1), beta: sweep.input(2), g: sweep.upstream())
        let neededInputs = sweep.neededInputs(of: 0..<3)
        let values = Tensor.record(
            BatchNormGradient(norm: norm, neededInputs: neededInputs), inputs.all,
            backend.batchNormFirst(inputs, norm, neededInputs: neededInputs))
        var results: [Tensor?] = [nil, nil, nil]
        for (index, value) in zip(neededInputs, values) { results[index] = value }
        return results
    }
}

/// From (x, gamma, beta, g), those of dx, dgamma and dbeta that are needed.
private struct BatchNormGradient: Operation {
    let norm: BatchNormalisation
    let neededInputs: [Int]
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = BatchNormInputs(
            x: sweep.input(0), gamma: sweep.input(1), beta: sweep.input(2), g: sweep.input(3))
        if Recording.isRecording {
            return composedDerivative(
                sweep, of: inputs.all,
                upstreams: neededInputs.indices.map { sweep.optionalUpstream($0) }
            ) {
                norm.composedGradient($0, neededInputs: neededInputs)
            }
        }
        func upstream(of index: Int) -> Tensor? {
            neededInputs.firstIndex(of: index).flatMap { sweep.optionalUpstream($0) }
        }
        return backend.batchNormSecond(
            inputs, norm,
            cotangents: BatchNormCotangents(
                dx: upstream(of: 0), dgamma: upstream(of: 1), dbeta: upstream(of: 2)),
            neededInputs: sweep.neededInputs(of: 0..<4))
    }
}

extension BatchNormalisation {
    /// From (x, gamma, beta, g), the gradients towards those of (x, gamma, beta) that are needed,
    /// in elementary operations.
    func composedGradient(_ inputs: [Tensor], neededInputs: [Int]) -> [Tensor] {
        let (x, gamma, beta, g) = (inputs[0], inputs[1], inputs[2], inputs[3])
        let axes = Array(0..<(x.rank - 1))
        let inverse: Tensor
        let centred: Tensor
        if usesBatch {
            centred = x - x.mean(axes)
            inverse = ((centred * centred).mean(axes) + epsilon).power(-0.5)
        } else {
            centred = x - mean
            inverse = self.inverse
        }
        let xhat = centred * inverse
        // The mask is taken from the forward pass itself, so that both agree at the ReLU's kink.
        let masked =
            relu ? g.masked(wherePositive: backend.batchNorm(x, gamma, beta, self)) : g
        return neededInputs.map { index in
            switch index {
            case 0 where usesBatch:
                gamma * inverse * (masked - masked.mean(axes) - xhat * (masked * xhat).mean(axes))
            case 0: gamma * inverse * masked
            case 1: (masked * xhat).sum(axes)
            default: masked.sum(axes)
            }
        }
    }
}
