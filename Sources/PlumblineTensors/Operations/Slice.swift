// Slicing and padding along one axis. Each is the derivative of the other.

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
        let block = Block(self, from: range.lowerBound, to: 0, length: range.count, axis: axis)
        return .record(
            Slice(axis: axis, before: range.lowerBound, after: shape[axis] - range.upperBound),
            [self], backend.assemble(newShape, [block]))
    }

    /// The tensor with zeros before and after it along `axis`.
    public func padded(_ axis: Int, before: Int, after: Int) -> Tensor {
        let axis = shape.axis(axis, of: "pad")
        require(
            before >= 0 && after >= 0,
            "pad: \(before) before and \(after) after axis \(axis) of shape \(shape)")
        if before == 0 && after == 0 { return self }
        var newShape = shape
        newShape[axis] += before + after
        let block = Block(self, from: 0, to: before, length: shape[axis], axis: axis)
        return .record(
            Pad(axis: axis, before: before), [self], backend.assemble(newShape, [block]))
    }
}

private struct Slice: Operation {
    let axis: Int
    let before: Int
    let after: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().padded(axis, before: before, after: after)]
    }
}

private struct Pad: Operation {
    let axis: Int
    let before: Int
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().sliced(axis, before..<(before + sweep.inputShape(0)[axis]))]
    }
}
