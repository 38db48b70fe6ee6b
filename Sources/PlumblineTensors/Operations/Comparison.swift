// A comparison gives 1 where true and 0 where false. It is false wherever a NaN takes part. It has
// no derivative.

extension Tensor {
    /// 1 where `a > b`, broadcast together.
    public static func .> (a: Tensor, b: Tensor) -> Tensor { .elementwise(.greater, a, b, ".>") }
    /// 1 where `a >= b`, broadcast together.
    public static func .>= (a: Tensor, b: Tensor) -> Tensor {
        .elementwise(.greaterOrEqual, a, b, ".>=")
    }
    /// 1 where `a == b`, broadcast together.
    public static func .== (a: Tensor, b: Tensor) -> Tensor { .elementwise(.equal, a, b, ".==") }
    /// 1 where `a > b`.
    public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }
    /// 1 where `a >= b`.
    public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b) }
    /// 1 where `a == b`.
    public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b) }
}

infix operator .== : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// `a` where `condition` is not 0, else `b`.
///
/// The three are broadcast together. A NaN that is not selected reaches neither the result nor a
/// gradient.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let first = BroadcastPlan(a.shape, b.shape, operation: "select").shape
    let shape = BroadcastPlan(condition.shape, first, operation: "select").shape
    let wide = [condition.detached, a.detached, b.detached].map { $0.broadcast(to: shape) }
    return .record(
        Select(condition: condition.detached), [a, b],
        backend.select(wide[0], wide[1], wide[2]))
}

private struct Select: Operation {
    let condition: Tensor
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let upstream = sweep.upstream()
        let zero = Tensor(0)
        return [
            sweep.when(0) { select(condition, upstream, zero).sum(to: sweep.inputShape(0)) },
            sweep.when(1) { select(condition, zero, upstream).sum(to: sweep.inputShape(1)) },
        ]
    }
}
