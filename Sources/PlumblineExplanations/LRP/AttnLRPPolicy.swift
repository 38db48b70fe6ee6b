import PlumblineTensors

/// The rules of ``AttnLRP`` (Achtibat et al., arXiv 2402.05602).
///
/// - activations: `g f(x) / x`, the identity rule (eq. 9); for GELU this is `g F(x)`, with F the
///   normal distribution function;
/// - layer norm: its standard deviation is held constant (section 3.3.2);
/// - attention: softmax has its derivative (eq. 13), and both matrix products are halved (eq. 15),
///   so queries and keys get a quarter, values half;
/// - everything else: the derivative.
package final class AttnLRPPolicy: PropagationPolicy {
    package init() {}

    package func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        switch operation.layer {
        case .activation(.gelu)?: return gelu(sweep)
        case .layerNorm(let epsilon)?: return layerNorm(sweep, epsilon)
        case .attention?: return attention(operation, sweep)
        default: return nil
        }
    }

    private func gelu(_ sweep: Sweep) -> [Tensor?] {
        let x = sweep.input(0)
        return [sweep.upstream() * (((x * Float(0.5.squareRoot())).erf() + 1) * 0.5)]
    }

    private func layerNorm(_ sweep: Sweep, _ epsilon: Float) -> [Tensor?] {
        let x = sweep.input(0)
        let centred = x - x.mean([-1], keepingDimensions: true)
        let variance = (centred * centred).mean([-1], keepingDimensions: true)
        let inverse = (variance + epsilon).power(-0.5)
        let g = sweep.upstream()
        let scaled = g * sweep.input(1) * inverse
        let axes = Array(0..<(x.rank - 1))
        return [
            scaled - scaled.mean([-1], keepingDimensions: true),
            sweep.when(1) { (g * centred * inverse).sum(axes) },
            sweep.when(2) { g.sum(axes) },
        ]
    }

    private func attention(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?] {
        var gradients = operation.derivative(sweep)
        gradients[0] = gradients[0].map { gradient in
            let features = gradient.shape[2] / 3
            let shares =
                [Float](repeating: 0.25, count: 2 * features)
                + [Float](repeating: 0.5, count: features)
            return gradient * Tensor(shares, shape: [3 * features])
        }
        return gradients
    }
}
