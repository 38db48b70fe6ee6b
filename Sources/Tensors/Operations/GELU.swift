import Kernels

// Gaussian error linear units (Hendrycks & Gimpel, arXiv 1606.08415). With the standard normal
// distribution F and density f: gelu = x F,   gelu' = F + x f,   gelu'' = f (2 - x^2).

extension Tensor {
    /// The exact form, `x F(x)`; NaN stays NaN.
    public func gelu() -> Tensor { .record(GELU(), [self], applying(PL_GELU)) }

    /// The tanh approximation of the paper, section 2.
    public func geluTanh() -> Tensor { .record(GELUTanh(), [self], applying(PL_GELU_TANH)) }
}

private struct GELU: Operation {
    var saves: Saved { .input(0) }
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].gelu() } }
    var layer: Layer? { .activation(.gelu, isFunction: false) }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0), g = sweep.upstream()
        return [.record(GELUGradient(), [x, g], GELUGradient.value(x, g))]
    }
}

/// `g gelu'(x)`
private struct GELUGradient: Operation {
    var saves: Saved { .allInputs }
    var rebuild: (([Tensor]) -> Tensor)? { { Self.value($0[0], $0[1]) } }

    static func value(_ x: Tensor, _ g: Tensor) -> Tensor {
        withPointers(x, g) { p in
            Tensor.computed(x.shape) { out in
                backend.forRanges(x.count, grain: Parallel.elementGrain / 4) { range in
                    let i = range.lowerBound
                    pl_gelu_first(p[0] + i, p[1] + i, out + i, range.count)
                }
            }
        }
    }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0), g = sweep.input(1), u = sweep.upstream()
        if Recording.isOn {
            // Orders above the second are composed.
            return composedDerivative(sweep, of: [x, g], upstreams: [u]) { input in
                let x = input[0]
                let distribution = ((x * Float(0.5.squareRoot())).erf() + 1) * 0.5
                let density = (x * x * -0.5).exp() * Float(1 / (2 * Double.pi).squareRoot())
                return [input[1] * (distribution + x * density)]
            }
        }
        let towardsX = sweep.needs(0) ? backend.allocate(x.count) : nil
        let towardsG = sweep.needs(1) ? backend.allocate(x.count) : nil
        withPointers(x, g, u) { p in
            withExtendedLifetime((towardsX, towardsG)) {
                backend.forRanges(x.count, grain: Parallel.elementGrain / 4) { range in
                    let i = range.lowerBound
                    pl_gelu_second(
                        p[0] + i, p[1] + i, p[2] + i, towardsG.map { $0.pointer + i },
                        towardsX.map { $0.pointer + i }, range.count)
                }
            }
        }
        return [towardsX, towardsG].map { $0.map { Tensor(storage: $0, shape: x.shape) } }
    }
}

private struct GELUTanh: Operation {
    var saves: Saved { .input(0) }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0)
        let factor = Float((2 / Double.pi).squareRoot())
        let t = ((x + x * x * x * 0.044715) * factor).tanh()
        let inner = (x * x * (3 * 0.044715) + 1) * factor
        return [sweep.upstream() * ((t + 1) * 0.5 + x * (1 - t * t) * inner * 0.5)]
    }
}
