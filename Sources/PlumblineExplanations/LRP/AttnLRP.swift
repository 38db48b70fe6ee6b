import PlumblineModels
import PlumblineTensors

/// LRP for transformers (Achtibat et al., arXiv 2402.05602): AttnLRP with the epsilon rule on
/// linear layers, epsilon 0.
///
/// Every rule of it is a gradient with something held constant, so relevance is `x . g` with g
/// propagated by
/// - activations: `g f(x) / x`, the identity rule (eq. 9), for GELU `g F(x)`;
/// - layer norm: its deviation held constant (section 3.3.2);
/// - attention: softmax by its derivative (eq. 13), both matrix products halved (eq. 15), so
///   queries and keys get a quarter, values half;
/// - all else: the derivative.
/// Without divisions it is finite wherever the gradient is. Biases take their share.
public struct AttnLRP: Explanation {
    public var name: String { "attn_lrp" }
    public init() {}

    public func check(_ model: any Classifier) throws {
        guard model.attentionKind == .none else { return }
        throw ExplanationError(
            "\(name) is defined on transformers and \(model.name) has no attention; lrp_epsilon_plus works on it"
        )
    }

    private let captures = Captures(layerInputs: true)
    public func captures(of model: any Classifier) -> Captures? { captures }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let trace = subject.traced(captures)
        let chosen = trace.logits.picked(subject.targets)
        // x . g sums to the logit by itself; seed `one` divides by it.
        let upstream: Tensor? =
            subject.outputSeed == .one ? 1 / (createGraph ? chosen : chosen.detached) : nil
        let found = propagated(
            from: chosen, to: [trace.image], upstream: upstream, policy: AttnLRPPolicy(),
            createGraph: createGraph,
            keepGraph: createGraph || subject.sharesGraph)[0]
        return found * subject.image.detached
    }
}

package final class AttnLRPPolicy: PropagationPolicy {
    package init() {}

    package func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        switch operation.layer {
        case .activation(.gelu, _)?:
            let x = sweep.input(0)
            return [sweep.upstream() * (((x * Float(0.5.squareRoot())).erf() + 1) * 0.5)]
        case .layerNorm(let epsilon)?:
            let x = sweep.input(0), centred = x - x.mean([-1], keepingDimensions: true)
            let inverse = ((centred * centred).mean([-1], keepingDimensions: true) + epsilon).power(
                -0.5)
            let g = sweep.upstream(), h = g * sweep.input(1) * inverse
            let axes = Array(0..<(x.rank - 1))
            return [
                h - h.mean([-1], keepingDimensions: true),
                sweep.when(1) { (g * centred * inverse).sum(axes) }, sweep.when(2) { g.sum(axes) },
            ]
        case .attention?:
            var found = operation.derivative(sweep)
            found[0] = found[0].map { gradient in
                let features = gradient.shape[2] / 3
                let shares =
                    [Float](repeating: 0.25, count: 2 * features)
                    + [Float](repeating: 0.5, count: features)
                return gradient * Tensor(shares, shape: [3 * features])
            }
            return found
        default: return nil
        }
    }
}
