import PlumblineTensors

/// How a forward pass is run: which statistics normalise, whether they move, and whether dropout is
/// drawn.
public final class Pass {
    public enum Normalisation: Sendable {
        /// Running statistics: evaluation mode.
        case running
        /// The batch's own; `updates` is how many times the running averages take a step towards
        /// them (0: they stay).
        case batch(updates: Int)
    }

    public let normalisation: Normalisation
    /// Drawn from by dropout and stochastic depth; `nil` turns both off.
    public var noise: RandomGenerator?

    /// What the forward pass that runs now keeps; `nil` outside of a trace.
    private var captures: Captures?
    private var features: [String: Trace.Feature] = [:]
    private var attentionWeights: [Tensor] = []

    /// Whether blocks keep their inputs alone and are computed again for gradients: memory for
    /// nearly twice the time of an alignment step.
    public let recomputesBlocks: Bool

    public init(
        _ normalisation: Normalisation, noise: RandomGenerator? = nil,
        recomputesBlocks: Bool = false
    ) {
        self.normalisation = normalisation
        self.noise = noise
        self.recomputesBlocks = recomputesBlocks
    }

    /// A block of the model: its activations are kept, or computed again where the pass says so and
    /// nothing inside is wanted.
    func block(
        _ input: Tensor, _ parameters: [Parameter], _ body: @escaping (Tensor, Pass) -> Tensor
    ) -> Tensor {
        guard recomputesBlocks, Recording.isRecording, captures?.isInsideBlocks != true else {
            return body(input, self)
        }
        let start = repeated
        return recomputed(
            input, parameters: parameters.filter(\.isTrainable).map(\.value),
            first: { body(input.detached, self) },
            body: { body($0, start.repeated) })
    }

    /// Running statistics, no noise, nothing changes.
    public static var evaluation: Pass { Pass(.running) }

    /// The same pass once more: the same noise, and running statistics that stay where the first
    /// left them.
    package var repeated: Pass {
        if case .batch = normalisation {
            return Pass(.batch(updates: 0), noise: noise, recomputesBlocks: recomputesBlocks)
        }
        return Pass(.running, noise: noise, recomputesBlocks: recomputesBlocks)
    }

    /// Runs `body`, and takes what it noted of `captures`.
    func capturing(_ captures: Captures, _ body: () -> Tensor) -> (
        logits: Tensor, features: [String: Trace.Feature], attention: [Tensor]
    ) {
        self.captures = captures
        defer {
            self.captures = nil
            features = [:]
            attentionWeights = []
        }
        let logits = captures.layerInputs ? keepingLayerInputs(body) : body()
        return (logits, features, attentionWeights)
    }

    /// Notes a layer's output if it is captured.
    ///
    /// - Parameter values: what is read of it where that differs from the output.
    @discardableResult
    func noted(_ name: String, _ x: Tensor, values: Tensor? = nil) -> Tensor {
        if captures?.features.contains(name) == true {
            features[name] = Trace.Feature(output: x, values: values ?? x)
        }
        return x
    }

    func attention(_ qkv: Tensor, heads: Int, bias: Tensor? = nil, mask: Tensor? = nil) -> Tensor {
        guard captures?.attention == true else {
            return qkv.attention(heads: heads, bias: bias, mask: mask)
        }
        let (output, weights) = qkv.exposedAttention(heads: heads, bias: bias, mask: mask)
        attentionWeights.append(weights)
        return output
    }
}
