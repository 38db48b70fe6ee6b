import Kernels

// The formulas are in Operations/Attention.swift. One head of one image is computed at a time, in
// cache. P is computed again in every pass, which is two percent of a ViT's work, so that no
// [heads, tokens, tokens] buffer is ever kept.

extension CPUBackend {
    func attention(_ qkv: Tensor, _ bias: Tensor?, _ layout: AttentionLayout) -> Tensor {
        withPointers(qkv, bias ?? qkv) { p in
            .onHost(layout.outputShape) { out in
                HeadLoop(layout, bias: bias == nil ? nil : p[1]).run(buffers: 1) { head, scratch in
                    let packed = head.parts(p[0])
                    head.weights(packed, into: scratch[0])
                    head.multiply(scratch[0], packed.v, into: head.plain(out))
                }
            }
        }
    }

    func attentionFirst(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ layout: AttentionLayout, neededInputs: [Int]
    ) -> [Tensor?] {
        let towardsBias = neededInputs.contains(1) ? full(layout.biasShape, 0) : nil
        let towardsQKV = withPointers(qkv, g, bias ?? qkv, towardsBias ?? qkv) { p in
            Tensor.onHost(qkv.shape) { out in
                HeadLoop(layout, bias: bias == nil ? nil : p[2]).run(
                    buffers: 2, keepsHeadsWhole: towardsBias != nil
                ) { head, scratch in
                    let (weights, ds) = (scratch[0], scratch[1])
                    let packed = head.parts(p[0])
                    let towards = head.parts(out)
                    let g = head.plain(p[1])
                    head.weights(packed, into: weights)
                    head.outer(g, packed.v, into: ds)
                    head.multiply(weights, transposed: true, g, into: towards.v)
                    pl_softmax_gradient(weights, ds, layout.scale, ds, layout.tokens, layout.tokens)
                    head.multiply(ds, packed.k, into: towards.q)
                    head.multiply(ds, transposed: true, packed.q, into: towards.k)
                    if towardsBias != nil {
                        pl_accumulate(1 / layout.scale, ds, head.bias(p[3]), head.area)
                    }
                }
            }
        }
        return [towardsQKV, towardsBias]
    }

    func attentionSecond(
        _ qkv: Tensor, _ bias: Tensor?, _ g: Tensor, _ u: Tensor, _ layout: AttentionLayout,
        neededInputs: [Int]
    ) -> [Tensor?] {
        let towardsQKV = Tensor.uninitialised(qkv.shape)
        let towardsG = Tensor.uninitialised(g.shape)
        let towardsBias = neededInputs.contains(2) ? full(layout.biasShape, 0) : nil
        withPointers(qkv, g, u, towardsQKV, towardsG, bias ?? qkv, towardsBias ?? qkv) { p in
            HeadLoop(layout, bias: bias == nil ? nil : p[5]).run(
                buffers: 4, keepsHeadsWhole: towardsBias != nil
            ) { head, scratch in
                head.second(
                    packed: head.parts(p[0]), g: head.plain(p[1]), u: head.parts(p[2]),
                    towards: head.parts(p[3]), towardsG: head.plain(p[4]), scratch: scratch)
                if towardsBias != nil {
                    pl_accumulate(1, scratch[3], head.bias(p[6]), head.area)
                }
            }
        }
        return [towardsQKV, towardsG, towardsBias]
    }
}

private typealias Pointer = UnsafeMutablePointer<Float>

/// A `[tokens, size]` matrix inside a wider buffer.
private struct Rows {
    let pointer: Pointer
    let leading: Int
}

/// Every head of every image.
private struct HeadLoop {
    let layout: AttentionLayout
    let bias: Pointer?

    init(_ layout: AttentionLayout, bias: Pointer?) {
        self.layout = layout
        self.bias = bias
    }

    /// Calls `body` for every head of every image with `[tokens, tokens]` scratch buffers.
    ///
    /// - Parameter keepsHeadsWhole: whether all images of a head go to the same thread, which may
    ///   then add up over them.
    func run(
        buffers: Int, keepsHeadsWhole: Bool = false, _ body: (Head, _ scratch: [Pointer]) -> Void
    ) {
        let (batch, area) = (layout.batch, layout.tokens * layout.tokens)
        let count = keepsHeadsWhole ? layout.heads : batch * layout.heads
        Parallel.forRanges(count, grain: 1) { range in
            let scratch = (0..<buffers).map { _ in BufferPool.shared.allocate(area) }
            let indices =
                keepsHeadsWhole ? range.lowerBound * batch..<range.upperBound * batch : range
            withExtendedLifetime(scratch) {
                let pointers = scratch.map(\.pointer)
                for index in indices {
                    let (head, image) = index.quotientAndRemainder(dividingBy: batch)
                    body(Head(layout: layout, biases: bias, head: head, image: image), pointers)
                }
            }
        }
    }
}

/// One head of one image.
private struct Head {
    let layout: AttentionLayout
    let biases: Pointer?
    let head: Int
    let image: Int

    var area: Int { layout.tokens * layout.tokens }

    /// This head's queries, keys and values in a packed buffer.
    func parts(_ packed: Pointer) -> (q: Rows, k: Rows, v: Rows) {
        let features = layout.features
        let start = packed + image * layout.tokens * 3 * features + head * layout.size
        return (
            Rows(pointer: start, leading: 3 * features),
            Rows(pointer: start + features, leading: 3 * features),
            Rows(pointer: start + 2 * features, leading: 3 * features)
        )
    }

    /// This head's rows in a buffer of the output's shape.
    func plain(_ buffer: Pointer) -> Rows {
        Rows(
            pointer: buffer + image * layout.tokens * layout.features + head * layout.size,
            leading: layout.features)
    }

    /// This head's part of a buffer of the bias's shape.
    func bias(_ buffer: Pointer) -> Pointer { buffer + head * area }

    /// `P = softmax(s Q K' + B)`.
    func weights(_ packed: (q: Rows, k: Rows, v: Rows), into p: Pointer) {
        let tokens = layout.tokens
        guard biases != nil || layout.mask != nil else {
            outer(packed.q, packed.k, into: p)
            pl_softmax(p, layout.scale, p, tokens, tokens)
            return
        }
        if let biases { p.update(from: bias(biases), count: area) } else { pl_fill(0, p, area) }
        if let mask = layout.mask {
            withPointers(mask) { pl_accumulate(1, $0[0] + image % mask.shape[0] * area, p, area) }
        }
        outer(packed.q, packed.k, into: p, alpha: layout.scale, beta: 1)
        pl_softmax(p, 1, p, tokens, tokens)
    }

    /// `[tokens, tokens] = alpha a b' + beta out`.
    func outer(_ a: Rows, _ b: Rows, into out: Pointer, alpha: Float = 1, beta: Float = 0) {
        let tokens = layout.tokens
        MatrixProduct(
            m: tokens, n: tokens, k: layout.size, transposesB: true, leadingA: a.leading,
            leadingB: b.leading, leadingC: tokens, alpha: alpha, beta: beta
        ).run(a.pointer, b.pointer, into: out)
    }

    /// `[tokens, size] = alpha op(matrix) b + beta out`.
    func multiply(
        _ matrix: Pointer, transposed: Bool = false, _ b: Rows, into out: Rows, alpha: Float = 1,
        beta: Float = 0
    ) {
        let tokens = layout.tokens
        MatrixProduct(
            m: tokens, n: layout.size, k: tokens, transposesA: transposed, leadingA: tokens,
            leadingB: b.leading, leadingC: out.leading, alpha: alpha, beta: beta
        ).run(matrix, b.pointer, into: out.pointer)
    }

    /// The second derivative.
    ///
    /// It leaves Sc, the cotangent of the bias, in `scratch[3]`.
    func second(
        packed: (q: Rows, k: Rows, v: Rows), g: Rows, u: (q: Rows, k: Rows, v: Rows),
        towards: (q: Rows, k: Rows, v: Rows), towardsG: Rows, scratch: [Pointer]
    ) {
        let s = layout.scale
        let (weights, dp, a, pc) = (scratch[0], scratch[1], scratch[2], scratch[3])
        self.weights(packed, into: weights)
        outer(g, packed.v, into: dp)
        outer(u.q, packed.k, into: a, alpha: s)
        outer(packed.q, u.k, into: a, alpha: s, beta: 1)
        outer(g, u.v, into: pc)
        pl_attention_second(weights, dp, a, pc, layout.tokens, layout.tokens)
        let (ds, e, sc) = (dp, a, pc)
        multiply(sc, packed.k, into: towards.q, alpha: s)
        multiply(ds, u.k, into: towards.q, alpha: s, beta: 1)
        multiply(sc, transposed: true, packed.q, into: towards.k, alpha: s)
        multiply(ds, transposed: true, u.q, into: towards.k, alpha: s, beta: 1)
        multiply(e, transposed: true, g, into: towards.v)
        multiply(weights, u.v, into: towardsG)
        multiply(e, packed.v, into: towardsG, beta: 1)
    }
}
