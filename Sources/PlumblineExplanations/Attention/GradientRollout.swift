import PlumblineModels
import PlumblineTensors

/// Gradient-weighted attention rollout (Chefer et al., arXiv 2103.15679, equations 5 and 6).
///
/// From the identity, `R <- R + E R` block by block. E is the mean over heads of `max(0, g . A)`,
/// where g is the gradient of the logit with respect to the attention weights A.
public struct GradientRollout: AttentionExplanation {
    public var name: String { "gradient_rollout" }
    public init() {}

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let weights = try attention(trace, request)
        let createGraph = request.createsGraph
        let values = request.explained(trace.logits)
        let upstream =
            request.outputSeed == .logit ? request.factor(values, createGraph) : nil
        let gradients = gradient(
            of: values, withRespectTo: weights, upstream: upstream, createGraph: createGraph,
            keepGraph: createGraph || request.keepsTrace)
        let tokens = weights[0].shape[2]
        var rollout = identityMatrix(tokens).broadcast(to: [request.count, tokens, tokens])
        for (weight, gradient) in zip(weights, gradients) {
            let attention = request.factor(weight, createGraph)
            rollout = rollout + (gradient * attention).relu().mean([1]).matmul(rollout)
        }
        return request.patchMap(classTokenRow(rollout))
    }
}
