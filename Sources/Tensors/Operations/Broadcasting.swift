import Kernels

/// How two shapes are walked together: dimensions of the result with a stride (0 where repeated)
/// for each operand, neighbours merged.
struct BroadcastPlan {
    struct Dimension {
        var size: Int, strideA: Int, strideB: Int
    }
    let shape: [Int]
    let dimensions: [Dimension]

    /// NumPy's rule: shapes are aligned at the end, and a 1 or a missing dimension repeats.
    init(_ a: [Int], _ b: [Int], operation: String) {
        let rank = max(a.count, b.count)
        var shape: [Int] = [], merged: [Dimension] = []
        var runA = 1, runB = 1
        for back in 1...Swift.max(rank, 1) where rank > 0 {
            let sizeA = back <= a.count ? a[a.count - back] : 1
            let sizeB = back <= b.count ? b[b.count - back] : 1
            require(
                sizeA == sizeB || sizeA == 1 || sizeB == 1,
                "\(operation): shapes \(a) and \(b) do not broadcast")
            let size = Swift.max(sizeA, sizeB)
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

    /// Calls `body` with offsets into the result and both operands for every run of the innermost
    /// dimension.
    func forRuns(_ body: @escaping (_ out: Int, _ a: Int, _ b: Int, _ count: Int) -> Void) {
        let inner = dimensions.last!
        let outer = dimensions.dropLast()
        if outer.isEmpty {
            backend.forRanges(inner.size, grain: Parallel.elementGrain) { range in
                let start = range.lowerBound
                body(start, start * inner.strideA, start * inner.strideB, range.count)
            }
            return
        }
        let runs = outer.reduce(1) { $0 * $1.size }
        backend.forRanges(runs, grain: Swift.max(1, Parallel.elementGrain / inner.size)) { range in
            for run in range {
                var rest = run, a = 0, b = 0
                for dimension in outer.reversed() {
                    let index = rest % dimension.size
                    rest /= dimension.size
                    a += index * dimension.strideA
                    b += index * dimension.strideB
                }
                body(run * inner.size, a, b, inner.size)
            }
        }
    }
}

extension Tensor {
    /// Applies an elementwise kernel with broadcasting, unrecorded.
    static func elementwise(_ kind: pl_binary_kind, _ a: Tensor, _ b: Tensor, _ name: String)
        -> Tensor
    {
        let plan = BroadcastPlan(a.shape, b.shape, operation: name)
        let strideA = Int32(plan.dimensions.last!.strideA == 0 ? 0 : 1)
        let strideB = Int32(plan.dimensions.last!.strideB == 0 ? 0 : 1)
        return withPointers(a, b) { p in
            let (pointerA, pointerB) = (p[0], p[1])
            return .computed(plan.shape) { out in
                plan.forRuns { offset, fromA, fromB, count in
                    pl_binary(
                        Int32(kind.rawValue), pointerA + fromA, strideA, pointerB + fromB, strideB,
                        out + offset, count)
                }
            }
        }
    }

    /// Repeats the tensor to `shape` by NumPy's rule. The derivative sums the repeats.
    public func broadcast(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        let plan = BroadcastPlan(self.shape, shape, operation: "broadcast")
        require(plan.shape == shape, "broadcast: shape \(self.shape) does not repeat to \(shape)")
        let repeats = plan.dimensions.last!.strideA == 0
        let value = withPointers(self) { p in
            let x = p[0]
            return Tensor.computed(shape) { out in
                plan.forRuns { offset, from, _, count in
                    if repeats {
                        pl_fill(x[from], out + offset, count)
                    } else {
                        (out + offset).update(from: x + from, count: count)
                    }
                }
            }
        }
        return .record(BroadcastTo(), [self], value)
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
