// NaN and infinities follow IEEE 754 in every operation of this file.

/// The sum, broadcast together.
public func + (a: Tensor, b: Tensor) -> Tensor {
    .record(Add(), [a, b], .elementwise(.add, a, b, "+"))
}
/// The difference, broadcast together.
public func - (a: Tensor, b: Tensor) -> Tensor {
    .record(Subtract(), [a, b], .elementwise(.subtract, a, b, "-"))
}
/// The elementwise product, broadcast together.
public func * (a: Tensor, b: Tensor) -> Tensor {
    .record(Multiply(), [a, b], .elementwise(.multiply, a, b, "*"))
}
/// The quotient, broadcast together.
public func / (a: Tensor, b: Tensor) -> Tensor {
    .record(Divide(), [a, b], .elementwise(.divide, a, b, "/"))
}

/// `b` added to every value.
public func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
/// `b` subtracted from every value.
public func - (a: Tensor, b: Float) -> Tensor { a + Tensor(-b) }
/// Every value subtracted from `a`.
public func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
/// Every value times `b`.
public func * (a: Tensor, b: Float) -> Tensor { a.scaled(by: b) }
/// Every value times `a`.
public func * (a: Float, b: Tensor) -> Tensor { b.scaled(by: a) }
/// Every value divided by `b`.
public func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }
/// `a` divided by every value.
public func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }
/// Every value with the other sign.
public prefix func - (a: Tensor) -> Tensor { a.scaled(by: -1) }

/// The sum of a residual connection: `past` went around a block, `added` is the block's output.
public func residualSum(_ past: Tensor, _ added: Tensor) -> Tensor {
    require(past.shape == added.shape, "residualSum: shapes \(past.shape) and \(added.shape)")
    return .record(Add(isResidual: true), [past, added], .elementwise(.add, past, added, "+"))
}

private struct Add: Operation {
    var isResidual = false
    var saves: Saved { .nothing }
    var layer: Layer? { isResidual ? .residualSum : nil }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        (0...1).map { index in
            sweep.when(index) { sweep.upstream().sum(to: sweep.inputShape(index)) }
        }
    }
}

private struct Subtract: Operation {
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [
            sweep.when(0) { sweep.upstream().sum(to: sweep.inputShape(0)) },
            sweep.when(1) { (-sweep.upstream()).sum(to: sweep.inputShape(1)) },
        ]
    }
}

private struct Multiply: Operation {
    var saves: Saved { .allInputs }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        [
            sweep.when(0) { (sweep.upstream() * sweep.input(1)).sum(to: sweep.inputShape(0)) },
            sweep.when(1) { (sweep.upstream() * sweep.input(0)).sum(to: sweep.inputShape(1)) },
        ]
    }
}

private struct Divide: Operation {
    var saves: Saved { .allInputs }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let quotient = sweep.upstream() / sweep.input(1)
        return [
            sweep.when(0) { quotient.sum(to: sweep.inputShape(0)) },
            sweep.when(1) {
                (-quotient * sweep.input(0) / sweep.input(1)).sum(to: sweep.inputShape(1))
            },
        ]
    }
}

extension Tensor {
    /// `factor * self` for a constant factor.
    public func scaled(by factor: Float) -> Tensor {
        .record(
            Scale(factor: factor), [self],
            .elementwise(.multiply, self, Tensor(factor), "scaled"))
    }
}

private struct Scale: Operation {
    let factor: Float
    var saves: Saved { .nothing }
    func derivative(_ sweep: Sweep) -> [Tensor?] { [sweep.upstream().scaled(by: factor)] }
}
