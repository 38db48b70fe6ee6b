import Kernels

extension Tensor {
    /// `max(x, 0)`; NaN stays NaN. The derivative at 0 is 0, as in PyTorch.
    ///
    /// - Parameter isFunction: see ``Layer``; only propagation rules care.
    public func relu(isFunction: Bool = false) -> Tensor {
        .record(ReLU(isFunction: isFunction), [self], applying(PL_RELU))
    }

    /// This tensor where `reference` is positive, else 0: linear in this tensor, so its own
    /// derivative.
    func masked(wherePositive reference: Tensor) -> Tensor {
        require(
            shape == reference.shape, "relu: gradient \(shape) for an output of \(reference.shape)")
        let value = withPointers(reference, self) { p in
            Tensor.computed(shape) { out in
                backend.forRanges(count, grain: Parallel.elementGrain) { range in
                    let i = range.lowerBound
                    pl_relu_mask(p[0] + i, p[1] + i, out + i, range.count)
                }
            }
        }
        return .record(PositiveMask(reference: reference.detached), [self], value)
    }
}

private struct ReLU: Operation {
    let isFunction: Bool
    var saves: Saved { .outputs }
    var layer: Layer? { .activation(.relu, isFunction: isFunction) }
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
