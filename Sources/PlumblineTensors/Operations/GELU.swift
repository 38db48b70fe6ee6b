// Gaussian error linear units (Hendrycks & Gimpel, arXiv 1606.08415). With the distribution
// function F and the density f of the standard normal distribution:
//   gelu = x F,   gelu' = F + x f,   gelu'' = f (2 - x^2).

extension Tensor {
    /// The exact form, `x F(x)`.
    ///
    /// NaN stays NaN.
    public func gelu() -> Tensor { .record(GELU(), [self], backend.unary(.gelu, self)) }
}

private struct GELU: Operation {
    var saves: Saved { .input(0) }
    var rebuild: (([Tensor]) -> Tensor)? { { $0[0].gelu() } }
    var layer: Layer? { .activation(.gelu) }
    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0)
        let g = sweep.upstream()
        return [.record(GELUGradient(), [x, g], backend.geluFirst(x, g))]
    }
}

/// `g gelu'(x)`.
private struct GELUGradient: Operation {
    var saves: Saved { .allInputs }
    var rebuild: (([Tensor]) -> Tensor)? { { backend.geluFirst($0[0], $0[1]) } }

    func derivative(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0)
        let g = sweep.input(1)
        let u = sweep.upstream()
        if Recording.isRecording {
            return composedDerivative(sweep, of: [x, g], upstreams: [u]) {
                [composedGELUGradient($0[0], $0[1])]
            }
        }
        return backend.geluSecond(x, g, u, neededInputs: sweep.neededInputs(of: 0..<2))
    }
}

/// `g gelu'(x)` in elementary operations.
func composedGELUGradient(_ x: Tensor, _ g: Tensor) -> Tensor {
    let distribution = ((x * Float(0.5.squareRoot())).erf() + 1) * 0.5
    let density = (x * x * -0.5).exp() * Float(1 / (2 * Double.pi).squareRoot())
    return g * (distribution + x * density)
}
