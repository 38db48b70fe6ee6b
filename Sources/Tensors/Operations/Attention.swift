import Kernels

// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, eq. 1), one head at a
// time in cache.
//
// With s = d^-1/2, P = softmax(s Q K'), O = P V and upstream G:
//   dP = G V', D = rowsum(P . dP), dS = P . (dP - D);  dQ = s dS K, dK = s dS' Q, dV = P' G.
// With cotangents q, k, v of (dQ, dK, dV):
//   A = s (q K' + Q k'), a = rowsum(P . A), E = P . (A - a), Pc = G v' + A . (dP - D) - dP . a, Sc
//   = P . (Pc - rowsum(P . Pc)); towards Q: s (Sc K + dS k);  K: s (Sc' Q + dS' q);  V: E' G;  G: P
//   v + E V. A bias B inside the softmax (Swin's relative positions) changes P alone: dB is the sum
//   of dS over images, its cotangent that of Sc. P is recomputed in every pass: two percent of a
//   ViT's work, and no [heads, tokens, tokens] buffer is ever kept.

extension Tensor {
    /// Attention of queries, keys and values that stand side by side, `[batch, tokens, 3 *
    /// features]` in timm's order (3, heads, head size), to `[batch, tokens, features]`. A NaN
    /// spoils its head.
    ///
    /// - Parameters:
    ///   - bias: `[heads, tokens, tokens]`, added to the scaled products of queries and keys.
    ///   - mask: `[windows, tokens, tokens]`, a constant added likewise; sample `i` has window `i %
    ///   windows`.
    public func attention(heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> Tensor {
        let layout = AttentionLayout(self, heads: heads, bias: bias, mask: mask)
        let value = withPointers(self, bias ?? self) { p in
            Tensor.computed(layout.outputShape) { out in
                layout.forHeads(buffers: 1) { head, scratch in
                    let (q, k, v) = layout.parts(p[0] + head.packed)
                    let weights = scratch[0]
                    layout.weights(q, k, p[1], head, into: weights)
                    layout.multiply(weights, v, packed: true, into: out + head.plain, packed: false)
                }
            }
        }
        return .record(Attention(layout: layout), [self] + (bias.map { [$0] } ?? []), value)
    }

    /// The same in elementary operations, and the attention weights `[batch, heads, tokens,
    /// tokens]` as part of the graph.
    package func exposedAttention(heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> (
        output: Tensor, weights: Tensor
    ) {
        let layout = AttentionLayout(self, heads: heads, bias: bias, mask: mask)
        let (b, n, h) = (layout.batch, layout.tokens, heads)
        let parts = layout.byHead(self, parts: 3)
        let weights = layout.composedWeights(parts[0], parts[1], bias)
        // A node of its own, so that the gradient towards the weights stands for all that happens
        // after them.
        let shown = weights.reshaped([b, h, n, n])
        return (layout.byToken(shown.reshaped([b * h, n, n]).matmul(parts[2])), shown)
    }
}

private struct AttentionLayout {
    let batch: Int, tokens: Int, heads: Int, size: Int
    let hasBias: Bool
    let mask: Tensor?

    init(_ packed: Tensor, heads: Int, bias: Tensor?, mask: Tensor?) {
        require(
            packed.rank == 3 && heads > 0 && packed.shape[2] % (3 * heads) == 0 && packed.count > 0,
            "attention: shape \(packed.shape) for \(heads) heads")
        (batch, tokens, self.heads, size) = (
            packed.shape[0], packed.shape[1], heads, packed.shape[2] / (3 * heads)
        )
        (hasBias, self.mask) = (bias != nil, mask?.detached)
        require(
            bias == nil || bias!.shape == [heads, tokens, tokens],
            "attention: bias \(bias?.shape ?? []) for \(heads) heads of shape \(packed.shape)")
        require(
            mask == nil
                || (mask!.rank == 3 && Array(mask!.shape[1...]) == [tokens, tokens]
                    && batch % max(1, mask!.shape[0]) == 0),
            "attention: mask \(mask?.shape ?? []) for shape \(packed.shape)")
    }

    var features: Int { heads * size }
    var outputShape: [Int] { [batch, tokens, features] }
    var packedShape: [Int] { [batch, tokens, 3 * features] }
    var biasShape: [Int] { [heads, tokens, tokens] }
    var scale: Float { 1 / Float(size).squareRoot() }

    typealias Pointer = UnsafeMutablePointer<Float>

    func parts(_ packed: Pointer) -> (Pointer, Pointer, Pointer) {
        (packed, packed + features, packed + 2 * features)
    }

    /// One head of one image: offsets into packed, plain and bias tensors, and its window.
    struct Head {
        let packed: Int, plain: Int, bias: Int, window: Int
    }

    /// Calls `body` for every head of every image with `[tokens, tokens]` scratch buffers.
    ///
    /// - Parameter keepsHeadsWhole: a head's images all fall to one thread, which may then sum over
    ///   them.
    func forHeads(
        buffers: Int, keepsHeadsWhole: Bool = false, _ body: (Head, _ scratch: [Pointer]) -> Void
    ) {
        backend.forRanges(keepsHeadsWhole ? heads : batch * heads, grain: 1) { range in
            let scratch = (0..<buffers).map { _ in backend.allocate(tokens * tokens) }
            let indices =
                keepsHeadsWhole ? range.lowerBound * batch..<range.upperBound * batch : range
            withExtendedLifetime(scratch) {
                let pointers = scratch.map(\.pointer)
                for index in indices {
                    let (head, image) = index.quotientAndRemainder(dividingBy: batch)
                    body(
                        Head(
                            packed: image * tokens * 3 * features + head * size,
                            plain: image * tokens * features + head * size,
                            bias: head * tokens * tokens, window: image % (mask?.shape[0] ?? 1)),
                        pointers)
                }
            }
        }
    }

    /// `P = softmax(s Q K' + B)`
    func weights(_ q: Pointer, _ k: Pointer, _ bias: Pointer, _ head: Head, into p: Pointer) {
        let area = tokens * tokens
        guard hasBias || mask != nil else {
            outer(q, packed: true, k, packed: true, into: p)
            pl_softmax(p, scale, p, tokens, tokens)
            return
        }
        if hasBias { p.update(from: bias + head.bias, count: area) } else { pl_fill(0, p, area) }
        if let mask { withPointers(mask) { pl_accumulate(1, $0[0] + head.window * area, p, area) } }
        outer(q, packed: true, k, packed: true, into: p, alpha: scale, beta: 1)
        pl_softmax(p, 1, p, tokens, tokens)
    }

    // The elementary forms.

    /// `[batch, tokens, parts * features]` as parts `[batch * heads, tokens, size]`.
    func byHead(_ x: Tensor, parts: Int) -> [Tensor] {
        (parts == 1 ? [x] : x.split([Int](repeating: features, count: parts), axis: 2)).map {
            $0.reshaped([batch, tokens, heads, size]).transposed([0, 2, 1, 3]).reshaped([
                batch * heads, tokens, size,
            ])
        }
    }

    func byToken(_ x: Tensor) -> Tensor {
        x.reshaped([batch, heads, tokens, size]).transposed([0, 2, 1, 3]).reshaped(outputShape)
    }

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

    /// `[tokens, tokens] = alpha a b' + beta out`
    func outer(
        _ a: Pointer, packed packedA: Bool, _ b: Pointer, packed packedB: Bool, into out: Pointer,
        alpha: Float = 1, beta: Float = 0
    ) {
        backend.multiply(
            a, transposed: false, leading: leading(packedA), b, transposed: true,
            leading: leading(packedB), into: out,
            leading: tokens, m: tokens, n: tokens, k: size, alpha: alpha, beta: beta)
    }

    /// `[tokens, size] = alpha op(matrix) b + beta out`
    func multiply(
        _ matrix: Pointer, transposed: Bool = false, _ b: Pointer, packed packedB: Bool,
        into out: Pointer, packed packedOut: Bool,
        alpha: Float = 1, beta: Float = 0
    ) {
        backend.multiply(
            matrix, transposed: transposed, leading: tokens, b, transposed: false,
            leading: leading(packedB), into: out,
            leading: leading(packedOut), m: tokens, n: size, k: tokens, alpha: alpha, beta: beta)
    }

    private func leading(_ packed: Bool) -> Int { packed ? 3 * features : features }
}

private struct Attention: Operation {
    let layout: AttentionLayout
    var saves: Saved { .allInputs }
    var layer: Layer? { .attention }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let qkv = sweep.input(0), g = sweep.upstream()
        let bias = layout.hasBias ? sweep.input(1) : nil
        let needsBias = layout.hasBias && sweep.needs(1)
        if needsBias && Recording.isOn {
            return composedDerivative(sweep, of: [qkv, bias!], upstreams: [g]) { inputs in
                let parts = layout.byHead(inputs[0], parts: 3)
                return [
                    layout.byToken(
                        layout.composedWeights(parts[0], parts[1], inputs[1]).matmul(parts[2]))
                ]
            }
        }
        let towardsBias = needsBias ? Tensor.zeros(layout.biasShape) : nil
        let value = withPointers(qkv, g, bias ?? qkv, towardsBias ?? qkv) { p in
            Tensor.computed(qkv.shape) { out in
                layout.forHeads(buffers: 2, keepsHeadsWhole: needsBias) { head, scratch in
                    let (q, k, v) = layout.parts(p[0] + head.packed),
                        (dq, dk, dv) = layout.parts(out + head.packed)
                    let g = p[1] + head.plain, weights = scratch[0], ds = scratch[1]
                    layout.weights(q, k, p[2], head, into: weights)
                    layout.outer(g, packed: false, v, packed: true, into: ds)
                    layout.multiply(
                        weights, transposed: true, g, packed: false, into: dv, packed: true)
                    pl_softmax_gradient(weights, ds, layout.scale, ds, layout.tokens, layout.tokens)
                    layout.multiply(ds, k, packed: true, into: dq, packed: true)
                    layout.multiply(ds, transposed: true, q, packed: true, into: dk, packed: true)
                    if needsBias {
                        pl_accumulate(
                            1 / layout.scale, ds, p[3] + head.bias, layout.tokens * layout.tokens)
                    }
                }
            }
        }
        let towardsQKV = Tensor.record(
            AttentionGradient(layout: layout), [qkv, g] + (bias.map { [$0] } ?? []), value)
        return [towardsQKV] + (layout.hasBias ? [towardsBias] : [])
    }
}

/// From (qkv, G, bias) the gradient towards qkv.
private struct AttentionGradient: Operation {
    let layout: AttentionLayout
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let qkv = sweep.input(0), g = sweep.input(1), u = sweep.upstream()
        let bias = layout.hasBias ? sweep.input(2) : nil
        if Recording.isOn {
            return composedDerivative(
                sweep, of: [qkv, g] + (bias.map { [$0] } ?? []), upstreams: [u]
            ) {
                [composed($0[0], $0[1], layout.hasBias ? $0[2] : nil)]
            }
        }
        let needsBias = layout.hasBias && sweep.needs(2)
        let towardsQKV = Tensor.computed(qkv.shape) { _ in },
            towardsG = Tensor.computed(g.shape) { _ in }
        let towardsBias = needsBias ? Tensor.zeros(layout.biasShape) : nil
        let s = layout.scale, n = layout.tokens
        withPointers(qkv, g, u, towardsQKV, towardsG, bias ?? qkv, towardsBias ?? qkv) { p in
            layout.forHeads(buffers: 4, keepsHeadsWhole: needsBias) { head, scratch in
                let (q, k, v) = layout.parts(p[0] + head.packed),
                    (uq, uk, uv) = layout.parts(p[2] + head.packed)
                let (cq, ck, cv) = layout.parts(p[3] + head.packed)
                let g = p[1] + head.plain, cg = p[4] + head.plain
                let weights = scratch[0], dp = scratch[1], a = scratch[2], pc = scratch[3]
                layout.weights(q, k, p[5], head, into: weights)
                layout.outer(g, packed: false, v, packed: true, into: dp)
                layout.outer(uq, packed: true, k, packed: true, into: a, alpha: s)
                layout.outer(q, packed: true, uk, packed: true, into: a, alpha: s, beta: 1)
                layout.outer(g, packed: false, uv, packed: true, into: pc)
                pl_attention_second(weights, dp, a, pc, n, n)
                let (ds, e, sc) = (dp, a, pc)
                layout.multiply(sc, k, packed: true, into: cq, packed: true, alpha: s)
                layout.multiply(ds, uk, packed: true, into: cq, packed: true, alpha: s, beta: 1)
                layout.multiply(
                    sc, transposed: true, q, packed: true, into: ck, packed: true, alpha: s)
                layout.multiply(
                    ds, transposed: true, uq, packed: true, into: ck, packed: true, alpha: s,
                    beta: 1)
                layout.multiply(e, transposed: true, g, packed: false, into: cv, packed: true)
                layout.multiply(weights, uv, packed: true, into: cg, packed: false)
                layout.multiply(e, v, packed: true, into: cg, packed: false, beta: 1)
                if needsBias { pl_accumulate(1, sc, p[6] + head.bias, n * n) }
            }
        }
        return [towardsQKV, towardsG] + (layout.hasBias ? [towardsBias] : [])
    }

    /// The same in elementary operations, for orders above the second.
    private func composed(_ qkv: Tensor, _ g: Tensor, _ bias: Tensor?) -> Tensor {
        let parts = layout.byHead(qkv, parts: 3), g = layout.byHead(g, parts: 1)[0]
        let weights = layout.composedWeights(parts[0], parts[1], bias)
        let weighted = weights * g.matmul(parts[2], otherTransposed: true)
        let ds = (weighted - weights * weighted.sum([-1], keepingDimensions: true)) * layout.scale
        return concatenate(
            [
                ds.matmul(parts[1]), ds.matmul(parts[0], transposed: true),
                weights.matmul(g, transposed: true),
            ].map(layout.byToken),
            axis: 2)
    }
}
