import Models
import Tensors

/// Attention rollout (Abnar & Zuidema, arXiv 2005.00928, eq. 1): the class token's row of the product over blocks of `(A + I) / 2`, A the
/// mean over heads. It does not see the class.
public struct AttentionRollout: Explanation {
    public var name: String { "attention_rollout" }
    public var isDifferentiable: Bool { false }
    public init() {}
    public func check(_ model: any Classifier) throws { try requireClassToken(model, name) }

    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor { exposed(model, image, pass) }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        _ = logits(of: subject)
        return withoutGradients {
            let blocks = subject.pass.attentionWeights.map { $0.detached.mean([1]) }
            let identity = Tensor.identity(blocks[0].shape[1])
            let rolled = blocks.dropFirst().reduce(mixed(blocks[0], identity)) { mixed($1, identity).matmul($0) }
            return patches(of: rolled, subject)
        }
    }

    private func mixed(_ a: Tensor, _ identity: Tensor) -> Tensor { (a + identity) * 0.5 }
}

/// Gradient-weighted attention rollout (Chefer et al., arXiv 2103.15679, eq. 5 and 6): `R <- R + E R` block by block from the identity,
/// with E the mean over heads of `max(0, g . A)` and g the logit's gradient towards the attention weights A.
public struct GradientRollout: Explanation {
    public var name: String { "gradient_rollout" }
    public init() {}
    public func check(_ model: any Classifier) throws { try requireClassToken(model, name) }

    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor { exposed(model, image, pass) }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let chosen = logits(of: subject).picked(subject.targets), weights = subject.pass.attentionWeights
        let gradients = gradient(
            of: chosen, withRespectTo: weights, upstream: subject.outputSeed == .logit ? (createGraph ? chosen : chosen.detached) : nil,
            createGraph: createGraph, keepGraph: createGraph || subject.logits != nil)
        var rolled = Tensor.identity(weights[0].shape[2]).broadcast(to: [subject.count, weights[0].shape[2], weights[0].shape[2]])
        for (weight, gradient) in zip(weights, gradients) {
            let a = createGraph ? weight : weight.detached
            rolled = rolled + (gradient * a).relu().mean([1]).matmul(rolled)
        }
        return patches(of: rolled, subject)
    }
}

private func exposed(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor {
    pass.exposesAttention = true
    return model.logits(image, pass)
}

/// The class token's row without itself, as a map of the image's size.
func patches(of rolled: Tensor, _ subject: Subject) -> Tensor {
    let tokens = rolled.shape[1] - 1, side = Int(Float(tokens).squareRoot().rounded())
    return rolled.sliced(1, 0..<1).sliced(2, 1..<(tokens + 1)).reshaped([subject.count, side, side, 1])
        .resized(height: subject.image.shape[1], width: subject.image.shape[2])
}

func requireClassToken(_ model: any Classifier, _ method: String) throws {
    switch model.attentionKind {
    case .global: return
    case .windows:
        throw ExplanationError(
            "\(method) follows attention to a class token, and \(model.name) attends within windows and has none; grad_cam and attn_lrp work on it")
    case .none:
        throw ExplanationError("\(method) follows attention, and \(model.name) has none; grad_cam and lrp_epsilon_plus work on it")
    }
}

extension Tensor {
    static func identity(_ size: Int) -> Tensor {
        Tensor((0..<size * size).map { $0 / size == $0 % size ? 1 : 0 }, shape: [size, size])
    }
}
