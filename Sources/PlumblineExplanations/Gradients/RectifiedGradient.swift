import PlumblineModels
import PlumblineTensors

/// Gradients of which each ReLU passes only the positive part.
public struct RectifiedGradient: Explanation {
    public enum Kind: String, Sendable, CaseIterable {
        /// Guided backpropagation (Springenberg et al., arXiv 1412.6806, section 3.4): at a ReLU,
        /// `g 1[x > 0] 1[g > 0]`.
        case guidedBackprop = "guided_backprop"
        /// The deconvolutional network (Zeiler & Fergus, arXiv 1311.2901, section 2.1): at a ReLU,
        /// `g 1[g > 0]`.
        case deconvNet = "deconvnet"
    }

    public var name: String { kind.rawValue }
    public var kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public func check(_ model: any Classifier) throws {
        guard !model.traits.isRectified else { return }
        throw ExplanationError(
            "\(name) is defined on networks whose only nonlinearity is ReLU, "
                + "which \(model.name) is not; "
                + "gradient, smoothgrad, integrated_gradients and attn_lrp work on it"
        )
    }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try require(trace, for: request)
        return request.propagated(
            trace.logits, to: trace.image,
            policy: ReLUPolicy(keepsDerivative: kind == .guidedBackprop),
            createGraph: request.createsGraph, keepGraph: request.keepsTrace)
    }
}
