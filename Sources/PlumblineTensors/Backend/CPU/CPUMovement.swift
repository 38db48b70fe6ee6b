import Kernels

// Values that move without changing: layouts, blocks, entries of an axis.

extension CPUBackend {
    func strided(_ x: Tensor, _ layout: StridedLayout) -> Tensor {
        let inner = layout.inner
        return withPointers(x) { p in
            .onHost(layout.shape) { out in
                if layout.dimensions.count == 1 {
                    Parallel.forRanges(inner.size, grain: Parallel.elementGrain) {
                        copyRun(
                            p[0] + $0.lowerBound * inner.stride, step: inner.stride,
                            out + $0.lowerBound, $0.count)
                    }
                    return
                }
                Parallel.forRanges(layout.runCount, grain: Parallel.rowGrain(inner.size)) {
                    for run in $0 {
                        copyRun(
                            p[0] + layout.offset(ofRun: run), step: inner.stride,
                            out + run * inner.size, inner.size)
                    }
                }
            }
        }
    }

    /// Every `step`-th value of `source`; the first one again and again where `step` is 0.
    private func copyRun(
        _ source: UnsafePointer<Float>, step: Int, _ target: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        switch step {
        case 0: pl_fill(source[0], target, count)
        case 1: target.update(from: source, count: count)
        default: for index in 0..<count { target[index] = source[index * step] }
        }
    }

    func assemble(_ shape: [Int], _ blocks: [Block]) -> Tensor {
        let isCovered = blocks.reduce(0) { $0 + $1.runs.count * $1.runs.length } == shape.product
        let result = isCovered ? Tensor.uninitialised(shape) : full(shape, 0)
        for block in blocks {
            let runs = block.runs
            let target = AxisSplit(shape, block.axis)
            withPointers(block.source, result) { p in
                let from = p[0] + runs.sourceOffset
                let to = p[1] + block.targetStart * target.inner
                let step = target.size * target.inner
                Parallel.forRanges(runs.count, grain: Parallel.rowGrain(runs.length)) {
                    for run in $0 {
                        (to + run * step).update(
                            from: from + run * runs.sourceStep, count: runs.length)
                    }
                }
            }
        }
        return result
    }

    func gather(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int]) -> Tensor {
        withPointers(x) { p in
            .onHost(axis.shape(withSize: indices.count)) { out in
                for block in 0..<axis.outer {
                    for (position, index) in indices.enumerated() {
                        (out + (block * indices.count + position) * axis.inner).update(
                            from: p[0] + (block * axis.size + index) * axis.inner,
                            count: axis.inner)
                    }
                }
            }
        }
    }

    func scatter(_ x: Tensor, _ axis: AxisSplit, _ indices: [Int], size: Int) -> Tensor {
        let result = full(axis.shape(withSize: size), 0)
        withPointers(x, result) { p in
            for block in 0..<axis.outer {
                for (position, index) in indices.enumerated() {
                    pl_accumulate(
                        1, p[0] + (block * indices.count + position) * axis.inner,
                        p[1] + (block * size + index) * axis.inner, axis.inner)
                }
            }
        }
        return result
    }

    func resample(_ x: Tensor, _ axis: AxisSplit, _ map: LinearMap) -> Tensor {
        withPointers(x) { p in
            .onHost(axis.shape(withSize: map.outputSize)) { out in
                Parallel.forRanges(
                    axis.outer * map.outputSize,
                    grain: max(1, Parallel.elementGrain / 4 / axis.inner)
                ) {
                    map.apply(p[0], outer: axis.outer, inner: axis.inner, into: out, rows: $0)
                }
            }
        }
    }
}

extension LinearMap {
    /// Applies the map to the middle axis of `[outer, inputSize, inner]`, on the calling thread.
    ///
    /// This works on plain memory: a thread that does not own the ``Engine`` may call it.
    ///
    /// - Parameter rows: which of the `outer * outputSize` output rows to compute; all by default.
    public func apply(
        _ x: UnsafePointer<Float>, outer: Int, inner: Int, into out: UnsafeMutablePointer<Float>,
        rows: Range<Int>? = nil
    ) {
        let rows = rows ?? 0..<(outer * outputSize)
        if (2...Self.longestShortRow).contains(inner) {
            applyToShortRows(x, inner: inner, into: out, rows: rows)
            return
        }
        for row in rows {
            let (block, output) = row.quotientAndRemainder(dividingBy: outputSize)
            let target = out + row * inner
            let source = x + block * inputSize * inner
            if inner == 1 {
                var total: Float = 0
                for term in starts[output]..<starts[output + 1] {
                    total += weights[term] * source[sources[term]]
                }
                target[0] = total
            } else {
                pl_fill(0, target, inner)
                for term in starts[output]..<starts[output + 1] {
                    pl_accumulate(weights[term], source + sources[term] * inner, target, inner)
                }
            }
        }
    }

    /// Up to this many values a call of a kernel per row costs more than its work.
    private static let longestShortRow = 8

    /// As ``apply(_:outer:inner:into:rows:)``, with one call of the kernel per block.
    private func applyToShortRows(
        _ x: UnsafePointer<Float>, inner: Int, into out: UnsafeMutablePointer<Float>,
        rows: Range<Int>
    ) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let block = row / outputSize
            let end = min(rows.upperBound, (block + 1) * outputSize)
            pl_weighted_rows(
                x + block * inputSize * inner, out + block * outputSize * inner, inner, starts,
                sources, weights, row - block * outputSize, end - block * outputSize)
            row = end
        }
    }
}
