import Kernels

extension CPUBackend {
    func softmax(_ x: Tensor) -> Tensor {
        mapRows(x) { pl_softmax($0, 1, $1, $2, $3) }
    }

    func logSoftmax(_ x: Tensor) -> Tensor {
        mapRows(x) { pl_log_softmax($0, $1, $2, $3) }
    }

    private func mapRows(
        _ x: Tensor,
        _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int) -> Void
    ) -> Tensor {
        let columns = x.shape[x.rank - 1]
        return withPointers(x) { p in
            .onHost(x.shape) { out in
                Parallel.forRanges(
                    x.count / columns, grain: max(1, Parallel.elementGrain / 4 / columns)
                ) { range in
                    let i = range.lowerBound * columns
                    kernel(p[0] + i, out + i, range.count, columns)
                }
            }
        }
    }
}
