extension Tensor {
    /// The axes in another order: axis `i` of the result is axis `axes[i]` of this tensor.
    public func transposed(_ axes: [Int]) -> Tensor {
        require(
            axes.sorted() == Array(0..<rank),
            "transpose: \(axes) is not an order of the axes of shape \(shape)")
        if axes == Array(0..<rank) { return self }
        let newShape = axes.map { shape[$0] }
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        let layout = StridedLayout(newShape, strides: axes.map { strides[$0] })
        var inverse = axes
        for (to, from) in axes.enumerated() { inverse[from] = to }
        return .record(
            Transpose(axes: axes, inverse: inverse), [self], backend.strided(self, layout))
    }
}

private struct Transpose: Operation {
    let axes: [Int]
    let inverse: [Int]
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].transposed(axes) } }
    var saves: Saved { .nothing }
    var layer: Layer? { .rearrangement }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().transposed(inverse)] }
}
