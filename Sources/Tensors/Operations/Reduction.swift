import Kernels

extension Tensor {
    /// The sum over `axes` (all by default). Short blocks are summed in float, blocks in double.
    /// NaN and inf spread as in IEEE sums.
    public func sum(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        let axes = Set((axes ?? Array(0..<rank)).map { shape.axis($0, of: "sum") })
        let kept = shape.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
        let result =
            keepingDimensions
            ? kept : shape.enumerated().filter { !axes.contains($0.offset) }.map(\.element)
        let value = reduced(axes) { $0.summed(outer: $1, count: $2, inner: $3) }
        return .record(Sum(kept: kept), [self], Tensor(storage: value.storage, shape: result))
    }

    /// The mean over `axes` (all by default). The mean of nothing is refused.
    public func mean(_ axes: [Int]? = nil, keepingDimensions: Bool = false) -> Tensor {
        let total = sum(axes, keepingDimensions: keepingDimensions)
        require(count > 0, "mean: shape \(shape) is empty")
        return total * (1 / Float(count / Swift.max(1, total.count)))
    }

    /// Reduces one run of neighbouring axes after the other, the last first.
    func reduced(
        _ axes: Set<Int>, by reduce: (Tensor, _ outer: Int, _ count: Int, _ inner: Int) -> Tensor
    ) -> Tensor {
        var value = detached
        var sizes = shape
        var axis = rank - 1
        while axis >= 0 {
            guard axes.contains(axis) else { axis -= 1; continue }
            var first = axis
            while first > 0, axes.contains(first - 1) { first -= 1 }
            value = reduce(
                value, sizes[..<first].reduce(1, *), sizes[first...axis].reduce(1, *),
                sizes[(axis + 1)...].reduce(1, *))
            for index in first...axis { sizes[index] = 1 }
            axis = first - 1
        }
        return value
    }

    private func summed(outer: Int, count: Int, inner: Int) -> Tensor {
        withPointers(self) { p in
            let x = p[0]
            return .computed([outer, inner]) { out in
                if inner == 1 {
                    backend.forRanges(
                        outer, grain: Swift.max(1, Parallel.elementGrain / Swift.max(1, count))
                    ) { range in
                        for row in range { out[row] = Float(pl_sum(x + row * count, count)) }
                    }
                } else if outer == 1 {
                    columnSums(x, rows: count, columns: inner, into: out)
                } else {
                    backend.forRanges(
                        outer,
                        grain: Swift.max(1, Parallel.elementGrain / Swift.max(1, count * inner))
                    ) { range in
                        var totals = [Double](repeating: 0, count: inner),
                            scratch = [Float](repeating: 0, count: inner)
                        for block in range {
                            for column in 0..<inner { totals[column] = 0 }
                            pl_column_sums(
                                x + block * count * inner, count, inner, &totals, &scratch)
                            for column in 0..<inner {
                                out[block * inner + column] = Float(totals[column])
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Sums of the columns of a matrix; rows are split over threads, whose double sums are added in
/// their order.
func columnSums(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
) {
    let sums = RowSplit.sums(rows: rows, width: columns, accumulators: columns, scratch: columns) {
        range, totals, scratch in
        pl_column_sums(x + range.lowerBound * columns, range.count, columns, totals, scratch)
    }
    for column in 0..<columns { out[column] = Float(sums[column]) }
}

/// Sums over rows that are split over threads: every thread has its own accumulators, added in the
/// threads' order.
enum RowSplit {
    static func sums(
        rows: Int, width: Int, accumulators: Int, scratch: Int,
        _ body: (Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Float>) -> Void
    ) -> [Double] {
        let grain = Swift.max(1, Parallel.elementGrain / Swift.max(1, width))
        let parts = Parallel.parts(rows, grain: grain)
        var totals = [Double](repeating: 0, count: parts * accumulators)
        var scratches = [Float](repeating: 0, count: parts * scratch)
        totals.withUnsafeMutableBufferPointer { totals in
            scratches.withUnsafeMutableBufferPointer { scratches in
                let (totals, scratches) = (totals.baseAddress!, scratches.baseAddress!)
                Parallel.forRanges(rows, grain: grain) { range, part in
                    body(range, totals + part * accumulators, scratches + part * scratch)
                }
            }
        }
        for part in 1..<Swift.max(parts, 1) where parts > 1 {
            for index in 0..<accumulators { totals[index] += totals[part * accumulators + index] }
        }
        return totals
    }
}

private struct Sum: Operation {
    let kept: [Int]
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [sweep.upstream().reshaped(kept).broadcast(to: sweep.inputShape(0))]
    }
}
