extension Tensor {
    /// A function of two tensors, broadcast together.
    ///
    /// It is not recorded.
    static func elementwise(_ kind: BinaryKind, _ a: Tensor, _ b: Tensor, _ name: String)
        -> Tensor
    {
        backend.binary(kind, a, b, BroadcastPlan(a.shape, b.shape, operation: name))
    }

    /// Repeats the tensor to `shape` by NumPy's rule.
    ///
    /// The derivative sums the repeats.
    public func broadcast(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        let plan = BroadcastPlan(self.shape, shape, operation: "broadcast")
        require(plan.shape == shape, "broadcast: shape \(self.shape) does not repeat to \(shape)")
        var strides = [Int](repeating: 0, count: shape.count)
        var step = 1
        for (axis, size) in zip(strides.indices.reversed(), self.shape.reversed()) {
            strides[axis] = size == 1 ? 0 : step
            step *= size
        }
        return .record(
            BroadcastTo(), [self], backend.strided(self, StridedLayout(shape, strides: strides)))
    }

    /// Sums the dimensions that broadcasting `shape` to this tensor's shape would repeat.
    public func sum(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        let added = rank - shape.count
        require(added >= 0, "sum(to:): shape \(self.shape) to \(shape)")
        let axes = (0..<rank).filter {
            $0 < added || (shape[$0 - added] == 1 && self.shape[$0] != 1)
        }
        return sum(axes).reshaped(shape)
    }
}

private struct BroadcastTo: Operation {
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().sum(to: sweep.inputShape(0))] }
}
