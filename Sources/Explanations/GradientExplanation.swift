import Models
import Tensors

/// The gradient of the class's logit with respect to the image (Simonyan et al., arXiv 1312.6034, section 3): `R = df_c / dx`.
public struct GradientExplanation: Explanation {
    public var name: String { "gradient" }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let logits = subject.logits ?? subject.model.logits(subject.image, subject.pass)
        let chosen = logits.picked(subject.targets)
        // With seed `logit` the cotangent is f itself, so the relevance is f df/dx and differentiates as a product.
        let upstream: Tensor? = subject.outputSeed == .logit ? (createGraph ? chosen : chosen.detached) : nil
        return gradient(
            of: chosen, withRespectTo: [subject.image], upstream: upstream, createGraph: createGraph,
            keepGraph: createGraph || subject.logits != nil)[0]
    }
}
