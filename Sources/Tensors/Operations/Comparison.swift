import Kernels

// Comparisons give 1 where true and 0 where false, false wherever a NaN takes part, and have no
// derivative.

extension Tensor {
    public static func .> (a: Tensor, b: Tensor) -> Tensor { .elementwise(PL_GREATER, a, b, ".>") }
    public static func .>= (a: Tensor, b: Tensor) -> Tensor {
        .elementwise(PL_GREATER_EQUAL, a, b, ".>=")
    }
    public static func .== (a: Tensor, b: Tensor) -> Tensor { .elementwise(PL_EQUAL, a, b, ".==") }
    public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }
    public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b) }
    public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b) }
}

infix operator .== : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// `a` where `condition` is not 0, else `b`; the three broadcast together. A value that is not
/// selected cannot spread: its NaN reaches neither the result nor a gradient.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let first = BroadcastPlan(a.shape, b.shape, operation: "select").shape
    let shape = BroadcastPlan(condition.shape, first, operation: "select").shape
    let wide = [condition.detached, a.detached, b.detached].map { $0.broadcast(to: shape) }
    let value = withPointers(wide[0], wide[1], wide[2]) { p in
        Tensor.computed(shape) { out in
            backend.forRanges(shape.product, grain: Parallel.elementGrain) { range in
                let i = range.lowerBound
                pl_select(p[0] + i, p[1] + i, p[2] + i, out + i, range.count)
            }
        }
    }
    return .record(Select(condition: condition.detached), [a, b], value)
}

private struct Select: Operation {
    let condition: Tensor
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let upstream = sweep.upstream(), zero = Tensor(0)
        return [
            sweep.when(0) { select(condition, upstream, zero).sum(to: sweep.inputShape(0)) },
            sweep.when(1) { select(condition, zero, upstream).sum(to: sweep.inputShape(1)) },
        ]
    }
}
