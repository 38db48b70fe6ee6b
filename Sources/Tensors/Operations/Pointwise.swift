import Kernels

// Functions of one value. Each derivative is stated in terms of the input x or the output y,
// whichever is cheaper. NaN gives NaN; log and sqrt of a negative number are NaN, log 0 = -inf, exp
// underflows to 0 below -87.3.

extension Tensor {
    public func exp() -> Tensor { pointwise(PL_EXP) }
    public func log() -> Tensor { pointwise(PL_LOG) }
    public func sqrt() -> Tensor { pointwise(PL_SQRT) }
    public func reciprocal() -> Tensor { pointwise(PL_RECIPROCAL) }
    public func tanh() -> Tensor { pointwise(PL_TANH) }
    public func erf() -> Tensor { pointwise(PL_ERF) }
    public func sigmoid() -> Tensor { pointwise(PL_SIGMOID) }
    /// `log(1 + exp(x))`, exact at both ends.
    public func softplus() -> Tensor { pointwise(PL_SOFTPLUS) }
    /// The derivative at 0 is 0.
    public func abs() -> Tensor { pointwise(PL_ABSOLUTE) }

    /// `self ^ exponent` for a constant exponent.
    public func power(_ exponent: Float) -> Tensor {
        .record(
            Power(exponent: exponent), [self],
            .elementwise(PL_POWER, self, Tensor(exponent), "power"))
    }

    private func pointwise(_ kind: pl_unary_kind) -> Tensor {
        .record(Pointwise(kind: kind), [self], applying(kind))
    }

    /// Applies an elementwise kernel, unrecorded.
    func applying(_ kind: pl_unary_kind) -> Tensor {
        withPointers(self) { p in
            let x = p[0]
            return .computed(shape) { out in
                backend.forRanges(count, grain: Parallel.elementGrain) {
                    pl_unary(Int32(kind.rawValue), x + $0.lowerBound, out + $0.lowerBound, $0.count)
                }
            }
        }
    }
}

private struct Pointwise: Operation {
    let kind: pl_unary_kind

    var saves: Saved {
        switch kind {
        case PL_EXP, PL_SQRT, PL_RECIPROCAL, PL_TANH, PL_SIGMOID: .outputs
        default: .input(0)
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let g = sweep.upstream()
        switch kind {
        case PL_EXP: return [g * sweep.output()]
        case PL_LOG: return [g / sweep.input(0)]
        case PL_SQRT: return [g / (2 * sweep.output())]
        case PL_RECIPROCAL:
            let y = sweep.output()
            return [-(g * y * y)]
        case PL_TANH:
            let y = sweep.output()
            return [g * (1 - y * y)]
        case PL_SIGMOID:
            let y = sweep.output()
            return [g * y * (1 - y)]
        case PL_ERF:
            let x = sweep.input(0)
            return [g * (x * x * -1).exp() * Float(2 / Double.pi.squareRoot())]
        case PL_SOFTPLUS: return [g * sweep.input(0).sigmoid()]
        case PL_ABSOLUTE: return [g * sweep.input(0).detached.applying(PL_SIGN)]
        default: fatalError("Pointwise: kind \(kind.rawValue) has no derivative here")
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
