extension Tensor {
    /// The axes in another order: axis `i` of the result is axis `axes[i]` of this tensor.
    public func transposed(_ axes: [Int]) -> Tensor {
        require(
            axes.sorted() == Array(0..<rank),
            "transpose: \(axes) is no order of the axes of shape \(shape)")
        if axes == Array(0..<rank) { return self }
        let newShape = axes.map { shape[$0] }
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * shape[axis + 1]
        }
        let moved = axes.map { strides[$0] }
        let inner = newShape[rank - 1], step = moved[rank - 1]
        let value = withPointers(self) { p in
            let x = p[0]
            return Tensor.computed(newShape) { out in
                backend.forRanges(
                    count / Swift.max(inner, 1),
                    grain: Swift.max(1, Parallel.elementGrain / Swift.max(inner, 1))
                ) {
                    for row in $0 {
                        var rest = row, from = 0
                        for axis in stride(from: newShape.count - 2, through: 0, by: -1) {
                            from += rest % newShape[axis] * moved[axis]
                            rest /= newShape[axis]
                        }
                        let target = out + row * inner, source = x + from
                        if step == 1 {
                            target.update(from: source, count: inner)
                        } else {
                            for column in 0..<inner { target[column] = source[column * step] }
                        }
                    }
                }
            }
        }
        var inverse = axes
        for (to, from) in axes.enumerated() { inverse[from] = to }
        return .record(Transpose(axes: axes, inverse: inverse), [self], value)
    }
}

private struct Transpose: Operation {
    let axes: [Int], inverse: [Int]
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].transposed(axes) } }
    var saves: Saved { .nothing }
    var layer: Layer? { .rearrangement }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().transposed(inverse)] }
}
