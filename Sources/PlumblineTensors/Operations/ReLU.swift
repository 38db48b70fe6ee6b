extension Tensor {
    /// `max(x, 0)`; NaN stays NaN.
    ///
    /// The derivative at 0 is 0, as in PyTorch.
    public func relu() -> Tensor {
        .record(ReLU(), [self], backend.unary(.relu, self))
    }

    /// This tensor where `reference` is positive, else 0.
    ///
    /// It is linear in this tensor, so it is its own derivative.
    func masked(wherePositive reference: Tensor) -> Tensor {
        require(
            shape == reference.shape, "relu: gradient \(shape) for an output of \(reference.shape)")
        return .record(
            PositiveMask(reference: reference.detached), [self],
            backend.positiveMask(reference, self))
    }
}

private struct ReLU: Operation {
    var saves: Saved { .outputs }
    var layer: Layer? { .activation(.relu) }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().masked(wherePositive: sweep.output())]
    }
}

private struct PositiveMask: Operation {
    let reference: Tensor
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().masked(wherePositive: reference)]
    }
}
