import PlumblineModels
import PlumblineTensors

/// Gradients that pass ReLUs where they are positive.
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
        guard !model.isRectified else { return }
        throw ExplanationError(
            "\(name) is defined on ReLU networks and \(model.name) has GELU; "
                + "gradient, smoothgrad, integrated_gradients and attn_lrp work on it"
        )
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let trace = subject.traced()
        return subject.propagated(
            trace.logits, to: trace.image,
            policy: ReLUPolicy(keepsDerivative: kind == .guidedBackprop), createGraph: createGraph,
            keepGraph: subject.sharesGraph)
    }
}

/// Keeps positive gradients at ReLU modules. A ReLU that torchvision calls as a function keeps its
/// derivative, as it does where modules are hooked.
private final class ReLUPolicy: PropagationPolicy {
    let keepsDerivative: Bool
    init(keepsDerivative: Bool) { self.keepsDerivative = keepsDerivative }

    func propagate(_ operation: any Operation, _ sweep: Sweep) -> [Tensor?]? {
        switch operation.layer {
        case .activation(.relu, isFunction: false)?:
            let positive = sweep.upstream().relu()
            return keepsDerivative
                ? operation.derivative(sweep.with(upstream: positive)) : [positive]
        case .batchNorm(let norm)? where norm.relu:
            let rectified = sweep.with(upstream: sweep.upstream().relu())
            return keepsDerivative
                ? operation.derivative(rectified) : norm.normalisationDerivative(rectified)
        default: return nil
        }
    }
}
