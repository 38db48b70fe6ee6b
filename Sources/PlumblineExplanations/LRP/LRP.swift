import PlumblineModels
import PlumblineTensors

/// Layer-wise relevance propagation (Bach et al., doi 10.1371/journal.pone.0130140) with a
/// composite of rules.
///
/// It starts from the logit unless the request's ``OutputSeed`` says otherwise.
public struct LRP: Explanation {
    public var name: String { composite.name }
    public var composite: LRPComposite

    public init(_ composite: LRPComposite) { self.composite = composite }

    public func captures(of model: any Classifier) -> Captures? { Captures(layerInputs: true) }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        return request.propagated(
            trace.logits, to: trace.image, standardSeed: .logit,
            policy: LRPPolicy(composite), createGraph: request.createsGraph,
            keepGraph: request.keepsTrace)
    }
}
