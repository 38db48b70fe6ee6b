import Kernels

extension CPUBackend {
    func reduce(_ kind: ReductionKind, _ x: Tensor, _ axis: AxisSplit) -> Tensor {
        withPointers(x) { p in
            .onHost([axis.outer, axis.inner]) { out in
                switch kind {
                case .sum: sum(p[0], axis, into: out)
                case .maximum: extremum(p[0], axis, isMaximum: true, into: out)
                case .minimum: extremum(p[0], axis, isMaximum: false, into: out)
                }
            }
        }
    }

    private func sum(
        _ x: UnsafePointer<Float>, _ axis: AxisSplit, into out: UnsafeMutablePointer<Float>
    ) {
        let size = axis.size
        let inner = axis.inner
        if inner == 1 {
            Parallel.forRanges(axis.outer, grain: Parallel.rowGrain(size)) {
                for row in $0 { out[row] = Float(pl_sum(x + row * size, size)) }
            }
        } else if axis.outer == 1 {
            let sums = RowSums.of(rows: size, width: inner, accumulators: inner, scratch: inner) {
                pl_column_sums(x + $0.lowerBound * inner, $0.count, inner, $1, $2)
            }
            for column in 0..<inner { out[column] = Float(sums[column]) }
        } else {
            Parallel.forRanges(axis.outer, grain: Parallel.rowGrain(size * inner)) { range in
                var totals = [Double](repeating: 0, count: inner)
                var scratch = [Float](repeating: 0, count: inner)
                for block in range {
                    for column in 0..<inner { totals[column] = 0 }
                    pl_column_sums(x + block * size * inner, size, inner, &totals, &scratch)
                    for column in 0..<inner {
                        out[block * inner + column] = Float(totals[column])
                    }
                }
            }
        }
    }

    private func extremum(
        _ x: UnsafePointer<Float>, _ axis: AxisSplit, isMaximum: Bool,
        into out: UnsafeMutablePointer<Float>
    ) {
        let kind: Int32 = isMaximum ? 1 : 0
        let size = axis.size
        let inner = axis.inner
        Parallel.forRanges(axis.outer, grain: Parallel.rowGrain(size * inner)) {
            for block in $0 {
                let start = x + block * size * inner
                if inner == 1 {
                    out[block] = pl_extremum(kind, start, size)
                } else {
                    pl_column_extremum(kind, start, size, inner, out + block * inner)
                }
            }
        }
    }
}
