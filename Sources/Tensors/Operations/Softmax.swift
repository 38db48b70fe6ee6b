import Kernels

// Over the last axis. A row with a NaN or +inf is all NaN; an entry of -inf gets weight 0; a row of
// -inf alone is NaN.

extension Tensor {
    public func softmax() -> Tensor {
        .record(Softmax(), [self], overRows("softmax") { pl_softmax($0, 1, $1, $2, $3) })
    }

    public func logSoftmax() -> Tensor {
        .record(LogSoftmax(), [self], overRows("logSoftmax") { pl_log_softmax($0, $1, $2, $3) })
    }

    private func overRows(
        _ name: String,
        _ kernel: @escaping (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int) -> Void
    ) -> Tensor {
        require(rank > 0 && count > 0, "\(name): shape \(shape) has no last axis to go over")
        let columns = shape[rank - 1]
        return withPointers(self) { p in
            let x = p[0]
            return .computed(shape) { out in
                backend.forRanges(
                    count / columns, grain: Swift.max(1, Parallel.elementGrain / 4 / columns)
                ) { range in
                    let i = range.lowerBound * columns
                    kernel(x + i, out + i, range.count, columns)
                }
            }
        }
    }
}

private struct Softmax: Operation {
    var saves: Saved { .outputs }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let y = sweep.output(), weighted = sweep.upstream() * y
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
