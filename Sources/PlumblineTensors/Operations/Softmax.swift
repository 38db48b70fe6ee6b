// Over the last axis. A row with a NaN or +inf becomes NaN. An entry of -inf gets weight 0. A row
// that has only -inf becomes NaN.

extension Tensor {
    /// `exp(self)` divided by its sum over the last axis.
    public func softmax() -> Tensor {
        .record(Softmax(), [self], backend.softmax(checked("softmax")))
    }

    /// The logarithm of ``softmax()``, without its rounding errors.
    public func logSoftmax() -> Tensor {
        .record(LogSoftmax(), [self], backend.logSoftmax(checked("logSoftmax")))
    }

    private func checked(_ name: String) -> Tensor {
        require(rank > 0 && count > 0, "\(name): shape \(shape) has no last axis to go over")
        return self
    }
}

private struct Softmax: Operation {
    var saves: Saved { .outputs }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let y = sweep.output()
        let weighted = sweep.upstream() * y
        return [weighted - y * weighted.sum([-1], keepingDimensions: true)]
    }
}

private struct LogSoftmax: Operation {
    var saves: Saved { .outputs }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let g = sweep.upstream()
        return [g - sweep.output().exp() * g.sum([-1], keepingDimensions: true)]
    }
}
