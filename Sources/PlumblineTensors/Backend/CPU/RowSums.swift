/// Sums over the rows of a matrix, which are split between threads.
///
/// Every thread has accumulators of its own. They are added in the threads' order, so the result
/// depends on the number of threads alone.
enum RowSums {
    /// - Parameters:
    ///   - width: values in a row.
    ///   - accumulators: how many doubles `body` adds to.
    ///   - scratch: how many floats `body` may use for itself.
    ///   - body: adds the sums over a range of rows to the accumulators.
    static func of(
        rows: Int, width: Int, accumulators: Int, scratch: Int,
        _ body: (Range<Int>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Float>) -> Void
    ) -> [Double] {
        let grain = Parallel.rowGrain(width)
        let parts = Parallel.parts(rows, grain: grain)
        var totals = [Double](repeating: 0, count: parts * accumulators)
        var scratches = [Float](repeating: 0, count: parts * scratch)
        totals.withUnsafeMutableBufferPointer { totals in
            scratches.withUnsafeMutableBufferPointer { scratches in
                let totals = totals.baseAddress!
                let scratches = scratches.baseAddress!
                Parallel.forRanges(rows, grain: grain) { range, part in
                    body(range, totals + part * accumulators, scratches + part * scratch)
                }
            }
        }
        for part in 1..<max(parts, 1) where parts > 1 {
            for index in 0..<accumulators {
                totals[index] += totals[part * accumulators + index]
            }
        }
        totals.removeLast(totals.count - accumulators)
        return totals
    }
}
