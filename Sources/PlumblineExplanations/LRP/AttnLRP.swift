import PlumblineModels
import PlumblineTensors

/// LRP for transformers (Achtibat et al., arXiv 2402.05602): AttnLRP with the epsilon rule on
/// linear layers, epsilon 0.
///
/// Each of its rules is a gradient with something held constant. Relevance is therefore `x . g`,
/// where g is propagated by ``AttnLRPPolicy``. It contains no division, so it is finite wherever
/// the gradient is. Biases take their share of the relevance.
public struct AttnLRP: Explanation {
    public var name: String { "attn_lrp" }
    public init() {}

    public func check(_ model: any Classifier) throws {
        guard model.traits.attentionKind == .none else { return }
        throw ExplanationError(
            "\(name) is defined on transformers, and \(model.name) has no attention; "
                + "lrp_epsilon_plus works on it")
    }

    public func captures(of model: any Classifier) -> Captures? { Captures(layerInputs: true) }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        let createGraph = request.createsGraph
        let values = request.explained(trace.logits)
        // x . g sums to the explained logit by itself. The seed `one` divides by it.
        let upstream =
            request.outputSeed == .one ? 1 / request.factor(values, createGraph) : nil
        let gradient = propagated(
            from: values, to: [trace.image], upstream: upstream, policy: AttnLRPPolicy(),
            createGraph: createGraph, keepGraph: createGraph || request.keepsTrace)[0]
        return gradient * request.image.detached
    }
}
