/// How two shapes are walked together: the dimensions of the result, each with a stride for both
/// operands (0 where the operand repeats).
///
/// Neighbouring dimensions are merged where possible.
package struct BroadcastPlan: Sendable {
    package struct Dimension: Sendable {
        package var size: Int
        package var strideA: Int
        package var strideB: Int
    }

    /// The shape of the result.
    package let shape: [Int]
    /// From the outermost to the innermost; at least one.
    package let dimensions: [Dimension]

    /// NumPy's rule: shapes are aligned at the end, and a 1 or a missing dimension repeats.
    init(_ a: [Int], _ b: [Int], operation: String) {
        let rank = max(a.count, b.count)
        var shape: [Int] = []
        var merged: [Dimension] = []
        var runA = 1
        var runB = 1
        for back in 1...Swift.max(rank, 1) where rank > 0 {
            let sizeA = back <= a.count ? a[a.count - back] : 1
            let sizeB = back <= b.count ? b[b.count - back] : 1
            require(
                sizeA == sizeB || sizeA == 1 || sizeB == 1,
                "\(operation): shapes \(a) and \(b) do not broadcast")
            let size = sizeA == 1 ? sizeB : sizeA
            shape.insert(size, at: 0)
            let next = Dimension(
                size: size, strideA: sizeA == 1 && size > 1 ? 0 : runA,
                strideB: sizeB == 1 && size > 1 ? 0 : runB)
            runA *= sizeA
            runB *= sizeB
            if size == 1 { continue }
            if let inner = merged.first, next.strideA == inner.strideA * inner.size,
                next.strideB == inner.strideB * inner.size
            {
                merged[0].size *= size
            } else {
                merged.insert(next, at: 0)
            }
        }
        self.shape = shape
        dimensions = merged.isEmpty ? [Dimension(size: 1, strideA: 1, strideB: 1)] : merged
    }

    /// The innermost dimension.
    package var inner: Dimension { dimensions.last! }

    /// How often the innermost dimension is walked.
    package var runCount: Int { dimensions.dropLast().reduce(1) { $0 * $1.size } }

    /// Where a walk of the innermost dimension starts in both operands.
    package func offsets(ofRun run: Int) -> (a: Int, b: Int) {
        var rest = run
        var a = 0
        var b = 0
        for dimension in dimensions.dropLast().reversed() {
            let index = rest % dimension.size
            rest /= dimension.size
            a += index * dimension.strideA
            b += index * dimension.strideB
        }
        return (a, b)
    }
}
