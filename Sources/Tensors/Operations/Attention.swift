import Kernels

// Multi-head scaled dot-product attention (Vaswani et al., arXiv 1706.03762, eq. 1), one head at a time in cache.
//
// With s = d^-1/2, P = softmax(s Q K'), O = P V and upstream G:
//   dP = G V', D = rowsum(P . dP), dS = P . (dP - D);  dQ = s dS K, dK = s dS' Q, dV = P' G.
// With cotangents q, k, v of (dQ, dK, dV):
//   A = s (q K' + Q k'), a = rowsum(P . A), E = P . (A - a), Pc = G v' + A . (dP - D) - dP . a, Sc = P . (Pc - rowsum(P . Pc));
//   towards Q: s (Sc K + dS k);  K: s (Sc' Q + dS' q);  V: E' G;  G: P v + E V.
// P is recomputed in every pass: two percent of a ViT's work, and no [heads, tokens, tokens] buffer is ever kept.

extension Tensor {
    /// Attention of queries, keys and values that stand side by side, `[batch, tokens, 3 * features]` in timm's order (3, heads,
    /// head size), to `[batch, tokens, features]`. A NaN spoils its head.
    public func attention(heads: Int) -> Tensor {
        let layout = AttentionLayout(self, heads: heads)
        let value = withPointers(self) { p in
            Tensor.computed(layout.outputShape) { out in
                layout.forHeads(buffers: 1) { packed, plain, scratch in
                    let (q, k, v) = layout.parts(p[0] + packed)
                    let weights = scratch[0]
                    layout.weights(q, k, into: weights)
                    layout.multiply(weights, v, packed: true, into: out + plain, packed: false)
                }
            }
        }
        return .record(Attention(layout: layout), [self], value)
    }
}

private struct AttentionLayout {
    let batch: Int, tokens: Int, heads: Int, size: Int

    init(_ packed: Tensor, heads: Int) {
        require(
            packed.rank == 3 && heads > 0 && packed.shape[2] % (3 * heads) == 0 && packed.count > 0,
            "attention: shape \(packed.shape) for \(heads) heads")
        (batch, tokens, self.heads, size) = (packed.shape[0], packed.shape[1], heads, packed.shape[2] / (3 * heads))
    }

    var features: Int { heads * size }
    var outputShape: [Int] { [batch, tokens, features] }
    var packedShape: [Int] { [batch, tokens, 3 * features] }
    var scale: Float { 1 / Float(size).squareRoot() }

    typealias Pointer = UnsafeMutablePointer<Float>

    func parts(_ packed: Pointer) -> (Pointer, Pointer, Pointer) { (packed, packed + features, packed + 2 * features) }

    /// Calls `body` for every head with its offsets in packed and plain tensors and `[tokens, tokens]` scratch buffers.
    func forHeads(buffers: Int, _ body: (_ packed: Int, _ plain: Int, _ scratch: [Pointer]) -> Void) {
        backend.forRanges(batch * heads, grain: 1) { range in
            let scratch = (0..<buffers).map { _ in backend.allocate(tokens * tokens) }
            withExtendedLifetime(scratch) {
                for index in range {
                    let (image, head) = index.quotientAndRemainder(dividingBy: heads)
                    body(
                        image * tokens * 3 * features + head * size, image * tokens * features + head * size, scratch.map(\.pointer))
                }
            }
        }
    }

    /// `P = softmax(s Q K')`
    func weights(_ q: Pointer, _ k: Pointer, into p: Pointer) {
        outer(q, packed: true, k, packed: true, into: p)
        pl_softmax(p, scale, p, tokens, tokens)
    }

    /// `[tokens, tokens] = alpha a b' + beta out`
    func outer(_ a: Pointer, packed packedA: Bool, _ b: Pointer, packed packedB: Bool, into out: Pointer, alpha: Float = 1, beta: Float = 0) {
        backend.multiply(
            a, transposed: false, leading: leading(packedA), b, transposed: true, leading: leading(packedB), into: out,
            leading: tokens, m: tokens, n: tokens, k: size, alpha: alpha, beta: beta)
    }

    /// `[tokens, size] = alpha op(matrix) b + beta out`
    func multiply(
        _ matrix: Pointer, transposed: Bool = false, _ b: Pointer, packed packedB: Bool, into out: Pointer, packed packedOut: Bool,
        alpha: Float = 1, beta: Float = 0
    ) {
        backend.multiply(
            matrix, transposed: transposed, leading: tokens, b, transposed: false, leading: leading(packedB), into: out,
            leading: leading(packedOut), m: tokens, n: size, k: tokens, alpha: alpha, beta: beta)
    }

    private func leading(_ packed: Bool) -> Int { packed ? 3 * features : features }
}

private struct Attention: Operation {
    let layout: AttentionLayout
    var saves: Saved { .input(0) }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let qkv = sweep.input(0), g = sweep.upstream()
        let value = withPointers(qkv, g) { p in
            Tensor.computed(qkv.shape) { out in
                layout.forHeads(buffers: 2) { packed, plain, scratch in
                    let (q, k, v) = layout.parts(p[0] + packed), (dq, dk, dv) = layout.parts(out + packed)
                    let g = p[1] + plain, weights = scratch[0], ds = scratch[1]
                    layout.weights(q, k, into: weights)
                    layout.outer(g, packed: false, v, packed: true, into: ds)
                    layout.multiply(weights, transposed: true, g, packed: false, into: dv, packed: true)
                    pl_softmax_gradient(weights, ds, layout.scale, ds, layout.tokens, layout.tokens)
                    layout.multiply(ds, k, packed: true, into: dq, packed: true)
                    layout.multiply(ds, transposed: true, q, packed: true, into: dk, packed: true)
                }
            }
        }
        return [.record(AttentionGradient(layout: layout), [qkv, g], value)]
    }
}

/// From (qkv, G) the gradient towards qkv.
private struct AttentionGradient: Operation {
    let layout: AttentionLayout
    var saves: Saved { .allInputs }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let qkv = sweep.input(0), g = sweep.input(1), u = sweep.upstream()
        if Recording.isOn {
            return composedDerivative(sweep, of: [qkv, g], upstreams: [u]) { [composed($0[0], $0[1])] }
        }
        let towardsQKV = Tensor.computed(qkv.shape) { _ in }, towardsG = Tensor.computed(g.shape) { _ in }
        let s = layout.scale, n = layout.tokens
        withPointers(qkv, g, u, towardsQKV, towardsG) { p in
            layout.forHeads(buffers: 4) { packed, plain, scratch in
                let (q, k, v) = layout.parts(p[0] + packed), (uq, uk, uv) = layout.parts(p[2] + packed)
                let (cq, ck, cv) = layout.parts(p[3] + packed)
                let g = p[1] + plain, cg = p[4] + plain
                let weights = scratch[0], dp = scratch[1], a = scratch[2], pc = scratch[3]
                layout.weights(q, k, into: weights)
                layout.outer(g, packed: false, v, packed: true, into: dp)
                layout.outer(uq, packed: true, k, packed: true, into: a, alpha: s)
                layout.outer(q, packed: true, uk, packed: true, into: a, alpha: s, beta: 1)
                layout.outer(g, packed: false, uv, packed: true, into: pc)
                pl_attention_second(weights, dp, a, pc, n, n)
                let (ds, e, sc) = (dp, a, pc)
                layout.multiply(sc, k, packed: true, into: cq, packed: true, alpha: s)
                layout.multiply(ds, uk, packed: true, into: cq, packed: true, alpha: s, beta: 1)
                layout.multiply(sc, transposed: true, q, packed: true, into: ck, packed: true, alpha: s)
                layout.multiply(ds, transposed: true, uq, packed: true, into: ck, packed: true, alpha: s, beta: 1)
                layout.multiply(e, transposed: true, g, packed: false, into: cv, packed: true)
                layout.multiply(weights, uv, packed: true, into: cg, packed: false)
                layout.multiply(e, v, packed: true, into: cg, packed: false, beta: 1)
            }
        }
        return [towardsQKV, towardsG]
    }

    /// The same in elementary operations, for orders above the second.
    private func composed(_ qkv: Tensor, _ g: Tensor) -> Tensor {
        let (b, n, h, d) = (layout.batch, layout.tokens, layout.heads, layout.size)
        func byHead(_ x: Tensor) -> Tensor { x.reshaped([b, n, h, d]).transposed([0, 2, 1, 3]).reshaped([b * h, n, d]) }
        func byToken(_ x: Tensor) -> Tensor { x.reshaped([b, h, n, d]).transposed([0, 2, 1, 3]).reshaped([b, n, h * d]) }
        let parts = qkv.split([h * d, h * d, h * d], axis: 2).map(byHead), g = byHead(g)
        let weights = (parts[0].matmul(parts[1], otherTransposed: true) * layout.scale).softmax()
        let weighted = weights * g.matmul(parts[2], otherTransposed: true)
        let ds = (weighted - weights * weighted.sum([-1], keepingDimensions: true)) * layout.scale
        return concatenate(
            [ds.matmul(parts[1]), ds.matmul(parts[0], transposed: true), weights.matmul(g, transposed: true)].map(byToken), axis: 2)
    }
}
