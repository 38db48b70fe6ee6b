import Kernels

// Slicing and padding along one axis: each is the other's derivative.

extension Tensor {
    /// The part `range` of `axis`.
    public func sliced(_ axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = shape.axis(axis, of: "slice")
        require(
            range.lowerBound >= 0 && range.upperBound <= shape[axis],
            "slice: \(range) of axis \(axis) of shape \(shape)")
        if range == 0..<shape[axis] { return self }
        var newShape = shape
        newShape[axis] = range.count
        let value = Tensor.zeros(newShape)
        Tensor.copyRuns(
            from: self, offset: range.lowerBound, to: value, offset: 0, axis: axis,
            length: range.count)
        return .record(
            Slice(axis: axis, before: range.lowerBound, after: shape[axis] - range.upperBound),
            [self], value)
    }

    /// Zeros put before and after along `axis`.
    public func padded(_ axis: Int, before: Int, after: Int) -> Tensor {
        let axis = shape.axis(axis, of: "pad")
        require(
            before >= 0 && after >= 0,
            "pad: \(before) before and \(after) after axis \(axis) of shape \(shape)")
        if before == 0 && after == 0 { return self }
        var newShape = shape
        newShape[axis] += before + after
        let value = Tensor.zeros(newShape)
        Tensor.copyRuns(
            from: self, offset: 0, to: value, offset: before, axis: axis, length: shape[axis])
        return .record(Pad(axis: axis, before: before), [self], value)
    }

    /// Copies `length` places of `axis` between two tensors that agree in all other axes.
    static func copyRuns(
        from source: Tensor, offset sourceOffset: Int, to target: Tensor, offset targetOffset: Int,
        axis: Int, length: Int
    ) {
        let inner = source.shape[(axis + 1)...].reduce(1, *),
            outer = source.shape[..<axis].reduce(1, *)
        let sourceRow = source.shape[axis] * inner, targetRow = target.shape[axis] * inner,
            run = length * inner
        withPointers(source, target) { p in
            let (from, to) = (p[0] + sourceOffset * inner, p[1] + targetOffset * inner)
            backend.forRanges(outer, grain: Swift.max(1, Parallel.elementGrain / Swift.max(run, 1)))
            {
                for row in $0 {
                    (to + row * targetRow).update(from: from + row * sourceRow, count: run)
                }
            }
        }
    }
}

private struct Slice: Operation {
    let axis: Int, before: Int, after: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().padded(axis, before: before, after: after)]
    }
}

private struct Pad: Operation {
    let axis: Int, before: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().sliced(axis, before..<(before + sweep.inputShape(0)[axis]))]
    }
}
