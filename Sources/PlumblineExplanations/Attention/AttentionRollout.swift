import PlumblineModels
import PlumblineTensors

/// Attention rollout (Abnar & Zuidema, arXiv 2005.00928, eq. 1): the class token's row of the
/// product over blocks of `(A + I) / 2`, A the mean over heads. It does not see the class.
public struct AttentionRollout: AttentionExplanation {
    public var name: String { "attention_rollout" }
    public var isDifferentiable: Bool { false }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let blocks = meanAttention(subject)
        return withoutGradients {
            let identity = Tensor.identity(blocks[0].shape[1])
            let rolled = blocks.dropFirst().reduce(mixed(blocks[0], identity)) {
                mixed($1, identity).matmul($0)
            }
            return subject.patchMap(classTokenRow(rolled))
        }
    }

    private func mixed(_ a: Tensor, _ identity: Tensor) -> Tensor { (a + identity) * 0.5 }
}

/// Gradient-weighted attention rollout (Chefer et al., arXiv 2103.15679, eq. 5 and 6): `R <- R + E
/// R` block by block from the identity, with E the mean over heads of `max(0, g . A)` and g the
/// logit's gradient towards the attention weights A.
public struct GradientRollout: AttentionExplanation {
    public var name: String { "gradient_rollout" }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let trace = subject.traced(.attention)
        let weights = trace.attention
        let chosen = trace.logits.picked(subject.targets)
        let gradients = gradient(
            of: chosen, withRespectTo: weights,
            upstream: subject.outputSeed == .logit ? (createGraph ? chosen : chosen.detached) : nil,
            createGraph: createGraph, keepGraph: createGraph || subject.sharesGraph)
        var rolled = Tensor.identity(weights[0].shape[2]).broadcast(to: [
            subject.count, weights[0].shape[2], weights[0].shape[2],
        ])
        for (weight, gradient) in zip(weights, gradients) {
            let a = createGraph ? weight : weight.detached
            rolled = rolled + (gradient * a).relu().mean([1]).matmul(rolled)
        }
        return subject.patchMap(classTokenRow(rolled))
    }
}
