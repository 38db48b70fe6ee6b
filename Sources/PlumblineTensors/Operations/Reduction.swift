extension Tensor {
    /// The sum over `axes` (all by default).
    ///
    /// NaN and infinity spread as in IEEE sums.
    public func sum(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        let axes = Set((axes ?? Array(0..<rank)).map { shape.axis($0, of: "sum") })
        let kept = shape.withOnes(at: axes)
        return .record(
            Sum(kept: kept), [self],
            reduced(.sum, axes, to: keepingDimensions ? kept : shape.dropping(axes)))
    }

    /// The mean over `axes` (all by default).
    ///
    /// The mean of no values is refused.
    public func mean(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        let total = sum(axes, keepingDimensions: keepingDimensions)
        require(count > 0, "mean: shape \(shape) is empty")
        return total * (1 / Float(count / Swift.max(1, total.count)))
    }

    /// Reduces one run of neighbouring axes after the other, the last first.
    ///
    /// It is not recorded.
    func reduced(_ kind: ReductionKind, _ axes: Set<Int>, to result: [Int]) -> Tensor {
        var value = self
        var sizes = shape
        var axis = rank - 1
        while axis >= 0 {
            guard axes.contains(axis) else {
                axis -= 1
                continue
            }
            var first = axis
            while first > 0, axes.contains(first - 1) { first -= 1 }
            value = backend.reduce(kind, value, AxisSplit(sizes, first...axis))
            for index in first...axis { sizes[index] = 1 }
            axis = first - 1
        }
        return Tensor(buffer: value.buffer, shape: result)
    }
}

extension [Int] {
    /// The shape with the size 1 at `axes`.
    func withOnes(at axes: Set<Int>) -> [Int] {
        indices.map { axes.contains($0) ? 1 : self[$0] }
    }

    /// The shape without `axes`.
    func dropping(_ axes: Set<Int>) -> [Int] {
        indices.filter { !axes.contains($0) }.map { self[$0] }
    }
}

private struct Sum: Operation {
    let kept: [Int]
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().reshaped(kept).broadcast(to: sweep.inputShape(0))]
    }
}
