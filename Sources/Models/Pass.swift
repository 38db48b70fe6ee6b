import Tensors

/// How one forward pass is run: which statistics normalise, whether they move, whether dropout is drawn, and what is noted on the way.
public final class Pass {
    public enum Normalisation: Sendable {
        /// Running statistics: evaluation mode.
        case running
        /// The batch's own; `updates` is how many times the running averages take a step towards them (0: they stay).
        case batch(updates: Int)
    }

    public let normalisation: Normalisation
    /// Drawn from by dropout and stochastic depth; `nil` turns both off.
    public var noise: RandomGenerator?

    /// The layers whose outputs are wanted, by ``Classifier/featureLayers``' names.
    package var wantedFeatures: Set<String> = []
    /// Those outputs, as parts of the graph.
    package private(set) var features: [String: Tensor] = [:]
    /// Whether attention is computed in the open: its weights as parts of the graph, in the order of the blocks.
    package var exposesAttention = false
    package private(set) var attentionWeights: [Tensor] = []

    public init(_ normalisation: Normalisation, noise: RandomGenerator? = nil) {
        self.normalisation = normalisation
        self.noise = noise
    }

    /// Running statistics, no noise, nothing changes.
    public static var evaluation: Pass { Pass(.running) }

    /// The same pass once more: the same noise, and running statistics that stay where the first left them.
    package var repeated: Pass {
        if case .batch = normalisation { return Pass(.batch(updates: 0), noise: noise) }
        return Pass(.running, noise: noise)
    }

    /// Notes a layer's output if it is wanted.
    func noted(_ name: String, _ x: Tensor) -> Tensor {
        if wantedFeatures.contains(name) { features[name] = x }
        return x
    }

    func attention(_ qkv: Tensor, heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> Tensor {
        guard exposesAttention else { return qkv.attention(heads: heads, bias: bias, mask: mask) }
        let (output, weights) = qkv.exposedAttention(heads: heads, bias: bias, mask: mask)
        attentionWeights.append(weights)
        return output
    }
}
