import PlumblineModels
import PlumblineTensors

/// Layer-wise relevance propagation (Bach et al., doi 10.1371/journal.pone.0130140) with a
/// composite of rules. Starts from the logit.
public struct LRP: Explanation {
    public var name: String { composite.name }
    public var composite: LRPComposite

    public init(_ composite: LRPComposite) { self.composite = composite }

    private let captures = Captures(layerInputs: true)
    public func captures(of model: any Classifier) -> Captures? { captures }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let trace = subject.traced(captures)
        return subject.propagated(
            trace.logits, to: trace.image, seed: .logit, policy: LRPPolicy(composite),
            createGraph: createGraph, keepGraph: subject.sharesGraph)
    }
}
