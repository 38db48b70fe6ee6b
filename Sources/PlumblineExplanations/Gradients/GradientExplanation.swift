import PlumblineModels
import PlumblineTensors

/// The gradient of the class's logit with respect to the image (Simonyan et al., arXiv 1312.6034,
/// section 3): `R = df_c / dx`.
public struct GradientExplanation: Explanation {
    public var name: String { "gradient" }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let trace = subject.traced()
        return subject.propagated(
            trace.logits, to: trace.image, createGraph: createGraph,
            keepGraph: subject.sharesGraph)
    }
}

/// Gradient times input (Shrikumar et al., arXiv 1605.01713): `R = x . df_c / dx`.
public struct InputXGradient: Explanation {
    public var name: String { "input_x_gradient" }
    public init() {}

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        GradientExplanation().relevance(of: subject, createGraph: createGraph)
            * subject.image.detached
    }
}
