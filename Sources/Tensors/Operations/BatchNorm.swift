import Kernels

// Batch normalisation (Ioffe & Szegedy, arXiv 1502.03167) over the last axis, with the ReLU that
// follows it in one pass.
//
// With m the ReLU's mask, g' = m g, and P(v) = v - mean(v) - xhat mean(v xhat):
//   first derivative     dx = (gamma / sigma) P(g'),  dgamma = sum(g' xhat),  dbeta = sum(g')
//   second derivative, u, v, w the cotangents of dx, dgamma, dbeta, and a, b, c, d the means of g',
//   g' xhat, u, u xhat, e = mean(u g') - a c - b d:
//     towards g          m ((gamma / sigma) P(u) + v xhat + w)
//     towards gamma      n e / sigma
//     towards x          -(gamma / sigma^2) (d P(g') + b P(u) + e xhat) + (v / sigma) P(g')
// With given statistics P is the identity and xhat's dependence is linear: the terms in a to e drop
// out.

/// Mean and biased variance of every channel of a batch, and how many values they are of.
public struct BatchStatistics: Sendable {
    public let mean: Tensor, variance: Tensor
    public let count: Int
}

extension Tensor {
    /// Normalises by the batch's own statistics, which are returned for the running averages;
    /// `scale` and `offset` are `[channels]`. A constant channel gives `offset`; NaN and infinities
    /// spoil their whole channel.
    public func batchNorm(scale: Tensor, offset: Tensor, epsilon: Float = 1e-5, relu: Bool = false)
        -> (Tensor, BatchStatistics)
    {
        let rows = checkedRows(scale, offset)
        let statistics = batchStatistics(rows: rows)
        let operation = BatchNorm(
            norm: ChannelNorm(statistics.mean, statistics.variance, epsilon), usesBatch: true,
            epsilon: epsilon, relu: relu)
        return (normalised(operation, scale, offset, rows), statistics)
    }

    /// Normalises by given statistics, which are constants: evaluation mode, or frozen batch norm.
    public func batchNorm(
        scale: Tensor, offset: Tensor, mean: Tensor, variance: Tensor, epsilon: Float = 1e-5,
        relu: Bool = false
    ) -> Tensor {
        let rows = checkedRows(scale, offset)
        require(
            mean.shape == scale.shape && variance.shape == scale.shape,
            "batchNorm: statistics \(mean.shape) and \(variance.shape) for shape \(shape)")
        let operation = BatchNorm(
            norm: ChannelNorm(mean, variance, epsilon), usesBatch: false, epsilon: epsilon,
            relu: relu)
        return normalised(operation, scale, offset, rows)
    }

    private func checkedRows(_ scale: Tensor, _ offset: Tensor) -> Int {
        let channels = shape.last ?? 0
        require(
            count > 0 && scale.shape == [channels] && offset.shape == [channels],
            "batchNorm: shape \(shape) with scale \(scale.shape) and offset \(offset.shape)")
        return count / channels
    }

    private func batchStatistics(rows: Int) -> BatchStatistics {
        let channels = shape[rank - 1]
        return withPointers(self) { p in
            let x = p[0]
            // Sums of differences from the first row: no cancellation when the mean is far from 0.
            let sums = RowSplit.sums(
                rows: rows, width: channels, accumulators: 2 * channels, scratch: 2 * channels
            ) {
                pl_channel_moments(
                    x + $0.lowerBound * channels, x, $0.count, channels, $1, $1 + channels, $2)
            }
            var mean = [Float](repeating: 0, count: channels), variance = mean
            for channel in 0..<channels {
                let shifted = sums[channel] / Double(rows)
                mean[channel] = Float(Double(x[channel]) + shifted)
                variance[channel] = Float(
                    Swift.max(0, sums[channels + channel] / Double(rows) - shifted * shifted))
            }
            return BatchStatistics(
                mean: Tensor(mean, shape: [channels]),
                variance: Tensor(variance, shape: [channels]), count: rows)
        }
    }

    fileprivate func normalised(
        _ operation: BatchNorm, _ scale: Tensor, _ offset: Tensor, _ rows: Int
    ) -> Tensor {
        let affine = operation.norm.affine(scale, offset), channels = shape[rank - 1],
            relu: Int32 = operation.relu ? 1 : 0
        let value = withPointers(self) { p in
            Tensor.computed(shape) { out in
                backend.forRanges(rows, grain: Swift.max(1, Parallel.elementGrain / channels)) {
                    range in
                    let i = range.lowerBound * channels
                    pl_channel_affine(
                        p[0] + i, affine.scale, affine.offset, relu, out + i, range.count, channels)
                }
            }
        }
        return .record(operation, [self, scale, offset], value)
    }
}

/// Statistics as the kernels want them.
private struct ChannelNorm {
    let mean: [Float], inverse: [Float]

    init(_ mean: Tensor, _ variance: Tensor, _ epsilon: Float) {
        self.mean = mean.values
        inverse = variance.values.map { Float(1 / (Double($0) + Double(epsilon)).squareRoot()) }
    }

    /// `y = x scale + offset` of the whole normalisation. Every pass derives the ReLU's mask from
    /// these same numbers.
    func affine(_ gamma: Tensor, _ beta: Tensor) -> (scale: [Float], offset: [Float]) {
        let scale = zip(gamma.values, inverse).map { $0 * $1 }
        // Rounded once: an error here moves whole channels across the ReLU's kink.
        let offsets = beta.values
        return (
            scale,
            offsets.indices.map {
                Float(Double(offsets[$0]) - Double(mean[$0]) * Double(scale[$0]))
            }
        )
    }
}

private struct BatchNorm: Operation {
    let norm: ChannelNorm, usesBatch: Bool, epsilon: Float, relu: Bool
    var saves: Saved { .allInputs }

    var layer: Layer? {
        let withoutReLU = BatchNorm(norm: norm, usesBatch: usesBatch, epsilon: epsilon, relu: false)
        return .batchNorm(
            BatchNormLayer(
                relu: relu,
                rectified: { sweep in
                    let normalised = withoutGradients {
                        sweep.input(0).detached.normalised(
                            withoutReLU, sweep.input(1).detached, sweep.input(2).detached,
                            rows(of: sweep))
                    }
                    return sweep.upstream().masked(wherePositive: normalised)
                }, normalisationDerivative: withoutReLU.derivative,
                affine: usesBatch
                    ? nil
                    : { gamma, beta in
                        let scale = gamma * Tensor(norm.inverse, shape: gamma.shape)
                        return (scale, beta - scale * Tensor(norm.mean, shape: gamma.shape))
                    }))
    }

    private func rows(of sweep: Sweep) -> Int {
        sweep.inputShape(0).product / sweep.inputShape(1).product
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = [sweep.input(0), sweep.input(1), sweep.input(2), sweep.upstream()]
        let wanted = (0...2).filter { sweep.needs($0) }
        let operation = BatchNormGradient(forward: self, wanted: wanted)
        let found = Tensor.record(operation, inputs, operation.values(inputs))
        var results: [Tensor?] = [nil, nil, nil]
        for (place, value) in zip(wanted, found) { results[place] = value }
        return results
    }
}

/// From (x, gamma, beta, g), those of dx, dgamma and dbeta that are wanted.
private struct BatchNormGradient: Operation {
    let forward: BatchNorm
    let wanted: [Int]
    var saves: Saved { .allInputs }

    func values(_ inputs: [Tensor]) -> [Tensor] {
        let (x, gamma, beta, g) = (inputs[0], inputs[1], inputs[2], inputs[3])
        let norm = forward.norm, channels = gamma.count, rows = x.count / channels,
            relu: Int32 = forward.relu ? 1 : 0
        let affine = norm.affine(gamma, beta), gammas = gamma.values
        return withPointers(x, g) { p in
            let (x, g) = (p[0], p[1])
            var sums = [Double](repeating: 0, count: 2 * channels)
            if forward.usesBatch || wanted.contains(1) || wanted.contains(2) {
                sums = RowSplit.sums(
                    rows: rows, width: channels, accumulators: 2 * channels, scratch: 2 * channels
                ) {
                    let i = $0.lowerBound * channels
                    pl_norm_gradient_sums(
                        x + i, g + i, affine.scale, affine.offset, relu, norm.mean, norm.inverse,
                        $0.count, channels, $1,
                        $1 + channels, $2)
                }
            }
            return wanted.map { place in
                switch place {
                case 1:
                    return Tensor(
                        (0..<channels).map { Float(sums[channels + $0]) }, shape: [channels])
                case 2: return Tensor((0..<channels).map { Float(sums[$0]) }, shape: [channels])
                default: break
                }
                var cg = [Float](repeating: 0, count: channels), cx = cg, c0 = cg
                for c in 0..<channels {
                    let k = Double(gammas[c]) * Double(norm.inverse[c])
                    cg[c] = Float(k)
                    guard forward.usesBatch else { continue }
                    let a = sums[c] / Double(rows),
                        b = sums[channels + c] / Double(rows) * Double(norm.inverse[c])
                    cx[c] = Float(-k * b)
                    c0[c] = Float(-k * (a - Double(norm.mean[c]) * b))
                }
                return Tensor.computed(inputs[0].shape) { out in
                    backend.forRanges(rows, grain: Swift.max(1, Parallel.elementGrain / channels)) {
                        range in
                        let i = range.lowerBound * channels
                        pl_norm_gradient_apply(
                            x + i, g + i, affine.scale, affine.offset, relu, cg, cx, c0, out + i,
                            range.count, channels)
                    }
                }
            }
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = (0...3).map { sweep.input($0) }
        let upstreams = wanted.indices.map { sweep.optionalUpstream($0) }
        if Recording.isOn {
            return composedDerivative(sweep, of: inputs, upstreams: upstreams) { composed($0) }
        }
        func upstream(of place: Int) -> Tensor? {
            wanted.firstIndex(of: place).flatMap { upstreams[$0] }
        }
        return second(sweep, inputs, u: upstream(of: 0), v: upstream(of: 1), w: upstream(of: 2))
    }

    private func second(_ sweep: Sweep, _ inputs: [Tensor], u: Tensor?, v: Tensor?, w: Tensor?)
        -> [Tensor?]
    {
        let (x, gamma, g) = (inputs[0], inputs[1], inputs[3])
        let norm = forward.norm, channels = gamma.count, rows = x.count / channels,
            relu: Int32 = forward.relu ? 1 : 0
        let affine = norm.affine(gamma, inputs[2]), gammas = gamma.values
        let u = u ?? .zeros(x.shape), v = v?.values, w = w?.values
        return withPointers(x, g, u) { p in
            let sums = RowSplit.sums(
                rows: rows, width: channels, accumulators: 5 * channels, scratch: 5 * channels
            ) {
                let i = $0.lowerBound * channels
                pl_norm_second_sums(
                    p[0] + i, p[1] + i, p[2] + i, affine.scale, affine.offset, relu, norm.mean,
                    norm.inverse, $0.count, channels,
                    $1, $2)
            }
            var k = [Float](repeating: 0, count: 7 * channels),
                towardsGamma = [Float](repeating: 0, count: channels)
            for channel in 0..<channels {
                let inverse = Double(norm.inverse[channel]), mean = Double(norm.mean[channel])
                let scale = Double(gammas[channel]) * inverse
                let v = Double(v?[channel] ?? 0), w = Double(w?[channel] ?? 0)
                let means = (0..<5).map { sums[$0 * channels + channel] / Double(rows) }
                let coefficients: [Double]
                if forward.usesBatch {
                    let (a, b, c, d) = (means[0], means[1], means[2], means[3])
                    let e = means[4] - a * c - b * d
                    towardsGamma[channel] = Float(Double(rows) * e * inverse)
                    let k1 = (v - scale * d) * inverse
                    let k5 = (scale * inverse * (2 * b * d - e) - v * b * inverse) * inverse
                    coefficients = [
                        scale, k1, w - scale * c - mean * k1,
                        -scale * d * inverse + v * inverse, -scale * b * inverse, k5,
                        scale * inverse * (d * a + b * c) - v * a * inverse - mean * k5,
                    ]
                } else {
                    towardsGamma[channel] = Float(Double(rows) * means[4] * inverse)
                    coefficients = [
                        scale, v * inverse, w - mean * v * inverse, v * inverse, 0, 0, 0,
                    ]
                }
                for (index, value) in coefficients.enumerated() {
                    k[index * channels + channel] = Float(value)
                }
            }
            let wantsX = sweep.needs(0) && (forward.usesBatch || v != nil)
            let towardsX = wantsX ? backend.allocate(x.count) : nil
            let towardsG = sweep.needs(3) ? backend.allocate(x.count) : nil
            withExtendedLifetime((towardsX, towardsG)) {
                backend.forRanges(rows, grain: Swift.max(1, Parallel.elementGrain / channels)) {
                    range in
                    let i = range.lowerBound * channels
                    pl_norm_second_apply(
                        p[0] + i, p[1] + i, p[2] + i, affine.scale, affine.offset, relu, k,
                        towardsG.map { $0.pointer + i },
                        towardsX.map { $0.pointer + i }, range.count, channels)
                }
            }
            return [
                towardsX.map { Tensor(storage: $0, shape: x.shape) },
                sweep.when(1) { Tensor(towardsGamma, shape: [channels]) },
                nil,  // the offset moves the ReLU's mask only, which is constant almost everywhere
                towardsG.map { Tensor(storage: $0, shape: x.shape) },
            ]
        }
    }

    /// The same in elementary operations, for orders above the second.
    private func composed(_ inputs: [Tensor]) -> [Tensor] {
        let (x, gamma, beta, g) = (inputs[0], inputs[1], inputs[2], inputs[3])
        let axes = Array(0..<(x.rank - 1))
        let inverse: Tensor, centred: Tensor
        if forward.usesBatch {
            centred = x - x.mean(axes)
            inverse = ((centred * centred).mean(axes) + forward.epsilon).power(-0.5)
        } else {
            centred = x - Tensor(forward.norm.mean, shape: gamma.shape)
            inverse = Tensor(forward.norm.inverse, shape: gamma.shape)
        }
        let xhat = centred * inverse
        let masked = forward.relu ? g.masked(wherePositive: (xhat * gamma + beta).detached) : g
        return wanted.map { place in
            switch place {
            case 0 where forward.usesBatch:
                return gamma * inverse
                    * (masked - masked.mean(axes) - xhat * (masked * xhat).mean(axes))
            case 0: return gamma * inverse * masked
            case 1: return (masked * xhat).sum(axes)
            default: return masked.sum(axes)
            }
        }
    }
}
