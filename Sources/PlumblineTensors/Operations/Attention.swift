// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, eq. 1).
//
// With s = d^-1/2, P = softmax(s Q K' + B), O = P V and upstream G (' transposes, . is
// elementwise):
//   dP = G V',  D = rowsum(P . dP),  dS = P . (dP - D)
//   dQ = s dS K,  dK = s dS' Q,  dV = P' G
// With cotangents q, k, v of (dQ, dK, dV):
//   A = s (q K' + Q k'),  a = rowsum(P . A),  E = P . (A - a)
//   Pc = G v' + A . (dP - D) - dP . a,  Sc = P . (Pc - rowsum(P . Pc))
//   towards Q: s (Sc K + dS k);  K: s (Sc' Q + dS' q);  V: E' G;  G: P v + E V
// The bias B (Swin's relative positions) changes P alone: dB is the sum of dS over images, and what
// goes towards B in the second derivative is the sum of Sc.

extension Tensor {
    /// Attention of queries, keys and values that are stored side by side.
    ///
    /// From `[batch, tokens, 3 * features]`, in timm's order (3, heads, head size), to
    /// `[batch, tokens, features]`.
    ///
    /// A NaN spoils its head.
    ///
    /// - Parameters:
    ///   - bias: `[heads, tokens, tokens]`, added to the scaled products of queries and keys.
    ///   - mask: `[windows, tokens, tokens]`, a constant that is added in the same way. Sample `i`
    ///     has window `i % windows`.
    public func attention(heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> Tensor {
        let layout = AttentionLayout(self, heads: heads, bias: bias, mask: mask)
        return .record(
            Attention(layout: layout), [self] + (bias.map { [$0] } ?? []),
            backend.attention(self, bias, layout))
    }

    /// The same in elementary operations, with the attention weights `[batch, heads, tokens,
    /// tokens]` as part of the graph.
    package func exposedAttention(heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> (
        output: Tensor, weights: Tensor
    ) {
        let layout = AttentionLayout(self, heads: heads, bias: bias, mask: mask)
        let (b, n) = (layout.batch, layout.tokens)
        let parts = layout.byHead(self, parts: 3)
        // The reshaped weights are a node of their own: the gradient towards them covers everything
        // that happens after them.
        let weights = layout.composedWeights(parts[0], parts[1], bias).reshaped([b, heads, n, n])
        let output = weights.reshaped([b * heads, n, n]).matmul(parts[2])
        return (layout.byToken(output), weights)
    }
}

/// From qkv and the bias, where there is one.
private struct Attention: Operation {
    let layout: AttentionLayout
    var saves: Saved { .allInputs }
    var layer: Layer? { .attention }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = (0..<sweep.inputCount).map { sweep.input($0) }
        let bias = inputs.count > 1 ? inputs[1] : nil
        let g = sweep.upstream()
        if bias != nil && sweep.needs(1) && Recording.isRecording {
            return composedDerivative(sweep, of: inputs, upstreams: [g]) {
                [layout.composed($0[0], $0[1])]
            }
        }
        let values = backend.attentionFirst(
            inputs[0], bias, g, layout, neededInputs: sweep.neededInputs(of: inputs.indices))
        let towardsQKV = Tensor.record(
            AttentionGradient(layout: layout), [inputs[0], g] + inputs.dropFirst(), values[0]!)
        return [towardsQKV] + values.dropFirst().prefix(inputs.count - 1)
    }
}

/// From qkv, the upstream gradient and the bias, where there is one, the gradient towards qkv.
private struct AttentionGradient: Operation {
    let layout: AttentionLayout
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let inputs = (0..<sweep.inputCount).map { sweep.input($0) }
        let bias = inputs.count > 2 ? inputs[2] : nil
        let u = sweep.upstream()
        if Recording.isRecording {
            return composedDerivative(sweep, of: inputs, upstreams: [u]) {
                [layout.composedGradient($0[0], $0[1], $0.count > 2 ? $0[2] : nil)]
            }
        }
        let values = backend.attentionSecond(
            inputs[0], bias, inputs[1], u, layout,
            neededInputs: sweep.neededInputs(of: inputs.indices))
        return Array(values.prefix(inputs.count))
    }
}
