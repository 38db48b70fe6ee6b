// Attention in elementary operations.

extension AttentionLayout {
    /// The output from packed queries, keys and values.
    func composed(_ qkv: Tensor, _ bias: Tensor?) -> Tensor {
        let parts = byHead(qkv, parts: 3)
        return byToken(composedWeights(parts[0], parts[1], bias).matmul(parts[2]))
    }

    /// The gradient towards qkv.
    func composedGradient(_ qkv: Tensor, _ g: Tensor, _ bias: Tensor?) -> Tensor {
        let parts = byHead(qkv, parts: 3)
        let g = byHead(g, parts: 1)[0]
        let weights = composedWeights(parts[0], parts[1], bias)
        let ds = scoreGradient(weights, g, parts[2]) * scale
        return concatenate(
            [
                ds.matmul(parts[1]), ds.matmul(parts[0], transposed: true),
                weights.matmul(g, transposed: true),
            ].map(byToken),
            axis: 2)
    }

    /// The gradient towards the bias: that of the scores, summed over images.
    func composedBiasGradient(_ qkv: Tensor, _ g: Tensor, _ bias: Tensor?) -> Tensor {
        let parts = byHead(qkv, parts: 3)
        let weights = composedWeights(parts[0], parts[1], bias)
        return scoreGradient(weights, byHead(g, parts: 1)[0], parts[2])
            .reshaped([batch, heads, tokens, tokens]).sum([0])
    }

    /// `dS = P . (dP - rowsum(P . dP))`.
    private func scoreGradient(_ weights: Tensor, _ g: Tensor, _ v: Tensor) -> Tensor {
        let weighted = weights * g.matmul(v, otherTransposed: true)
        return weighted - weights * weighted.sum([-1], keepingDimensions: true)
    }

    /// `P`, as `[batch * heads, tokens, tokens]`.
    func composedWeights(_ q: Tensor, _ k: Tensor, _ bias: Tensor?) -> Tensor {
        var scores = q.matmul(k, otherTransposed: true) * scale
        if let bias {
            scores = (scores.reshaped([batch, heads, tokens, tokens]) + bias).reshaped(scores.shape)
        }
        if let mask {
            let windows = mask.shape[0]
            scores =
                (scores.reshaped([batch / windows, windows, heads, tokens, tokens])
                + mask.reshaped([windows, 1, tokens, tokens])).reshaped(scores.shape)
        }
        return scores.softmax()
    }

    /// `[batch, tokens, parts * features]` as parts `[batch * heads, tokens, size]`.
    func byHead(_ x: Tensor, parts: Int) -> [Tensor] {
        (parts == 1 ? [x] : x.split([Int](repeating: features, count: parts), axis: 2)).map {
            $0.reshaped([batch, tokens, heads, size]).transposed([0, 2, 1, 3]).reshaped([
                batch * heads, tokens, size,
            ])
        }
    }

    /// `[batch * heads, tokens, size]` as `[batch, tokens, features]`.
    func byToken(_ x: Tensor) -> Tensor {
        x.reshaped([batch, heads, tokens, size]).transposed([0, 2, 1, 3]).reshaped(outputShape)
    }
}
