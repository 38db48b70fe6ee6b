import Kernels

// Layer normalisation (Ba et al., arXiv 1607.06450) over the last axis: batch norm's formulas with
// rows in the place of channels and h = gamma g in the place of g.

extension Tensor {
    /// A constant row gives `offset`; a NaN or infinity spoils its row. `scale` and `offset` are
    /// `[features]`.
    public func layerNorm(scale: Tensor, offset: Tensor, epsilon: Float = 1e-6) -> Tensor {
        let features = shape.last ?? 0
        require(
            count > 0 && scale.shape == [features] && offset.shape == [features],
            "layerNorm: shape \(shape) with scale \(scale.shape) and offset \(offset.shape)")
        let value = withPointers(self, scale, offset) { p in
            Tensor.computed(shape) { out in
                backend.forRanges(count / features, grain: LayerNorm.grain(features)) { range in
                    let i = range.lowerBound * features
                    pl_layer_norm(p[0] + i, p[1], p[2], epsilon, out + i, range.count, features)
                }
            }
        }
        return .record(LayerNorm(epsilon: epsilon), [self, scale, offset], value)
    }
}

private struct LayerNorm: Operation {
    let epsilon: Float
    var saves: Saved { .allInputs }
    var layer: Layer? { .layerNorm(epsilon: epsilon) }
    var rebuild: (([Tensor]) -> Tensor)? {
        { $0[0].layerNorm(scale: $0[1], offset: $0[2], epsilon: epsilon) }
    }

    static func grain(_ features: Int) -> Int { Swift.max(1, Parallel.elementGrain / features) }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = [sweep.input(0), sweep.input(1), sweep.upstream()]
        let wanted = (0...2).filter { sweep.needs($0) }
        let operation = LayerNormGradient(epsilon: epsilon, wanted: wanted)
        var results: [Tensor?] = [nil, nil, nil]
        for (place, value) in zip(
            wanted, Tensor.record(operation, inputs, operation.values(inputs)))
        { results[place] = value }
        return results
    }
}

/// From (x, gamma, g), those of dx, dgamma and dbeta that are wanted.
private struct LayerNormGradient: Operation {
    let epsilon: Float
    let wanted: [Int]
    var saves: Saved { .allInputs }

    func values(_ inputs: [Tensor]) -> [Tensor] {
        let shape = inputs[0].shape, features = inputs[1].count, rows = inputs[0].count / features
        let dx = wanted.contains(0) ? Tensor.computed(shape) { _ in } : nil
        let wantsSums = wanted.contains(1) || wanted.contains(2)
        let sums = withPointers(inputs[0], inputs[1], inputs[2], dx ?? inputs[0]) { p in
            RowSplit.sums(
                rows: rows, width: features, accumulators: 2 * features, scratch: 2 * features
            ) {
                let i = $0.lowerBound * features
                pl_layer_norm_gradient(
                    p[0] + i, p[1], p[2] + i, epsilon, dx == nil ? nil : p[3] + i,
                    wantsSums ? $1 : nil,
                    wantsSums ? $1 + features : nil, $0.count, features, $2)
            }
        }
        return wanted.map { place in
            if place == 0 { return dx! }
            let start = place == 1 ? 0 : features
            return Tensor(sums[start..<(start + features)].map { Float($0) }, shape: [features])
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = (0...2).map { sweep.input($0) }
        let upstreams = wanted.indices.map { sweep.optionalUpstream($0) }
        // The kernel knows the derivative of dx; those of the parameters' gradients, and higher
        // orders, are composed.
        guard !Recording.isOn, wanted.first == 0, let u = upstreams[0],
            upstreams.dropFirst().allSatisfy({ $0 == nil })
        else {
            return composedDerivative(sweep, of: inputs, upstreams: upstreams) { composed($0) }
        }
        let shape = inputs[0].shape, features = inputs[1].count
        let towardsX = sweep.needs(0) ? Tensor.computed(shape) { _ in } : nil
        let towardsG = sweep.needs(2) ? Tensor.computed(shape) { _ in } : nil
        let sums = withPointers(inputs[0], inputs[1], inputs[2], u, towardsX ?? u, towardsG ?? u) {
            p in
            RowSplit.sums(
                rows: u.count / features, width: features, accumulators: features,
                scratch: 2 * features
            ) {
                let i = $0.lowerBound * features
                pl_layer_norm_second(
                    p[0] + i, p[1], p[2] + i, p[3] + i, epsilon, towardsG == nil ? nil : p[5] + i,
                    towardsX == nil ? nil : p[4] + i, $1, $0.count, features, $2)
            }
        }
        return [
            towardsX,
            sweep.when(1) { Tensor(sums.prefix(features).map { Float($0) }, shape: [features]) },
            towardsG,
        ]
    }

    /// The same in elementary operations.
    private func composed(_ inputs: [Tensor]) -> [Tensor] {
        let (x, gamma, g) = (inputs[0], inputs[1], inputs[2])
        func rowMean(_ v: Tensor) -> Tensor { v.mean([-1], keepingDimensions: true) }
        let centred = x - rowMean(x)
        let inverse = (rowMean(centred * centred) + epsilon).power(-0.5)
        let xhat = centred * inverse, h = g * gamma
        return wanted.map { place in
            switch place {
            case 0: inverse * (h - rowMean(h) - xhat * rowMean(h * xhat))
            case 1: (g * xhat).sum(Array(0..<(x.rank - 1)))
            default: g.sum(Array(0..<(x.rank - 1)))
            }
        }
    }
}
