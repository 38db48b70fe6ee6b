import Kernels

// The formulas are in Operations/LayerNorm.swift.

extension CPUBackend {
    func layerNorm(_ x: Tensor, _ gamma: Tensor, _ beta: Tensor, epsilon: Float) -> Tensor {
        let features = gamma.count
        return withPointers(x, gamma, beta) { p in
            .onHost(x.shape) { out in
                Parallel.forRanges(x.count / features, grain: Parallel.rowGrain(features)) {
                    range in
                    let i = range.lowerBound * features
                    pl_layer_norm(p[0] + i, p[1], p[2], epsilon, out + i, range.count, features)
                }
            }
        }
    }

    func layerNormFirst(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor] {
        let features = gamma.count
        let dx = neededInputs.contains(0) ? Tensor.uninitialised(x.shape) : nil
        let wantsSums = neededInputs.contains(1) || neededInputs.contains(2)
        let sums = withPointers(x, gamma, g, dx ?? x) { p in
            RowSums.of(
                rows: x.count / features, width: features, accumulators: 2 * features,
                scratch: 2 * features
            ) {
                let i = $0.lowerBound * features
                pl_layer_norm_gradient(
                    p[0] + i, p[1], p[2] + i, epsilon, dx == nil ? nil : p[3] + i,
                    wantsSums ? $1 : nil, wantsSums ? $1 + features : nil, $0.count, features, $2)
            }
        }
        return neededInputs.map { index in
            if index == 0 { return dx! }
            let start = index == 1 ? 0 : features
            return Tensor(sums[start..<(start + features)].map { Float($0) }, shape: [features])
        }
    }

    func layerNormSecond(
        _ x: Tensor, _ gamma: Tensor, _ g: Tensor, _ u: Tensor, epsilon: Float, neededInputs: [Int]
    ) -> [Tensor?] {
        let features = gamma.count
        let towardsX = neededInputs.contains(0) ? Tensor.uninitialised(x.shape) : nil
        let towardsG = neededInputs.contains(2) ? Tensor.uninitialised(x.shape) : nil
        let sums = withPointers(x, gamma, g, u, towardsX ?? u, towardsG ?? u) { p in
            RowSums.of(
                rows: x.count / features, width: features, accumulators: features,
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
            neededInputs.contains(1)
                ? Tensor(sums.prefix(features).map { Float($0) }, shape: [features]) : nil,
            towardsG,
        ]
    }
}
