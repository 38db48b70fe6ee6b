import Models
import Tensors

/// Layer-wise relevance propagation (Bach et al., doi 10.1371/journal.pone.0130140) with a
/// composite of rules. Starts from the logit.
public struct LRP: Explanation {
    public var name: String { composite.name }
    public var composite: LRPComposite

    public init(_ composite: LRPComposite) { self.composite = composite }

    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor {
        keepingLayerInputs { model.logits(image, pass) }
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        subject.propagated(
            logits(of: subject), to: subject.image, seed: .logit, policy: LRPPolicy(composite),
            createGraph: createGraph,
            keepGraph: subject.logits != nil)
    }
}
