// Functions of one value. Each derivative is stated in terms of the input x or the output y,
// whichever is cheaper. NaN gives NaN. log and sqrt of a negative number are NaN; log 0 is -inf. On
// the CPU, exp underflows to 0 below -87.3.

extension Tensor {
    /// `e ^ self`.
    public func exp() -> Tensor { pointwise(.exp) }
    /// The natural logarithm.
    public func log() -> Tensor { pointwise(.log) }
    /// The square root.
    public func sqrt() -> Tensor { pointwise(.sqrt) }
    /// `1 / self`.
    public func reciprocal() -> Tensor { pointwise(.reciprocal) }
    /// The hyperbolic tangent.
    public func tanh() -> Tensor { pointwise(.tanh) }
    /// The error function.
    public func erf() -> Tensor { pointwise(.erf) }
    /// `1 / (1 + exp(-self))`.
    public func sigmoid() -> Tensor { pointwise(.sigmoid) }
    /// `log(1 + exp(x))`, exact at both ends.
    public func softplus() -> Tensor { pointwise(.softplus) }
    /// The derivative at 0 is 0.
    public func abs() -> Tensor { pointwise(.absolute) }

    /// `self ^ exponent` for a constant exponent.
    public func power(_ exponent: Float) -> Tensor {
        .record(
            Power(exponent: exponent), [self],
            .elementwise(.power, self, Tensor(exponent), "power"))
    }

    private func pointwise(_ kind: UnaryKind) -> Tensor {
        .record(Pointwise(kind: kind), [self], backend.unary(kind, self))
    }
}

private struct Pointwise: Operation {
    let kind: UnaryKind

    var saves: Saved {
        switch kind {
        case .exp, .sqrt, .reciprocal, .tanh, .sigmoid: .outputs
        default: .input(0)
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let g = sweep.upstream()
        switch kind {
        case .exp: return [g * sweep.output()]
        case .log: return [g / sweep.input(0)]
        case .sqrt: return [g / (2 * sweep.output())]
        case .reciprocal:
            let y = sweep.output()
            return [-(g * y * y)]
        case .tanh:
            let y = sweep.output()
            return [g * (1 - y * y)]
        case .sigmoid:
            let y = sweep.output()
            return [g * y * (1 - y)]
        case .erf:
            let x = sweep.input(0)
            return [g * (x * x * -1).exp() * Float(2 / Double.pi.squareRoot())]
        case .softplus: return [g * sweep.input(0).sigmoid()]
        case .absolute: return [g * backend.unary(.sign, sweep.input(0))]
        case .sign, .relu, .gelu: fatalError("Pointwise: \(kind) has no derivative here")
        }
    }
}

private struct Power: Operation {
    let exponent: Float
    var saves: Saved { .input(0) }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        if exponent == 0 { return [.zeros(sweep.inputShape(0))] }
        return [sweep.upstream() * sweep.input(0).power(exponent - 1) * exponent]
    }
}
