import PlumblineTensors

/// How a forward pass is run: which statistics normalise, whether running statistics are updated,
/// and whether dropout is drawn.
///
/// A model hands it to its layers.
public final class Pass {
    public enum Normalisation: Sendable {
        /// Running statistics: evaluation mode.
        case running
        /// The statistics of the batch. The running averages take `updates` steps towards them.
        case batch(updates: Int)
    }

    public let normalisation: Normalisation
    /// The random numbers of dropout and stochastic depth; `nil` turns both off.
    public var noise: RandomGenerator?

    /// What the running forward pass keeps; `nil` outside a trace.
    private var captures: Captures?
    private var features: [String: Trace.Feature] = [:]
    private var attentionWeights: [Tensor] = []

    /// Whether blocks keep only their inputs and are computed again for gradients.
    ///
    /// This saves memory and takes nearly twice the time of an alignment step.
    public let recomputesBlocks: Bool

    public init(
        _ normalisation: Normalisation, noise: RandomGenerator? = nil,
        recomputesBlocks: Bool = false
    ) {
        self.normalisation = normalisation
        self.noise = noise
        self.recomputesBlocks = recomputesBlocks
    }

    /// Runs a block of the model.
    ///
    /// Its activations are kept, or computed again if the pass says so and nothing inside the block
    /// is captured.
    ///
    /// - Parameters:
    ///   - parameters: all parameters of the block.
    ///   - body: the block, for any input.
    public func block(
        _ input: Tensor, _ parameters: [Parameter], _ body: @escaping (Tensor, Pass) -> Tensor
    ) -> Tensor {
        guard recomputesBlocks, Recording.isRecording, captures?.isInsideBlocks != true else {
            return body(input, self)
        }
        let start = repeated
        return recomputed(
            input, parameters: parameters.filter(\.isTrained).map(\.value),
            first: { body(input.detached, self) },
            body: { body($0, start.repeated) })
    }

    /// Running statistics, no noise, nothing changes.
    public static var evaluation: Pass { Pass(.running) }

    /// The same pass once more, with the same noise.
    ///
    /// Running statistics are not updated again.
    package var repeated: Pass {
        if case .batch = normalisation {
            return Pass(.batch(updates: 0), noise: noise, recomputesBlocks: recomputesBlocks)
        }
        return Pass(.running, noise: noise, recomputesBlocks: recomputesBlocks)
    }

    /// Runs `body` and returns what it noted of `captures`.
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

    /// Notes a layer's output, so that a trace can capture it.
    ///
    /// - Parameters:
    ///   - name: one of the model's ``ModelTraits/featureLayers``, or ``pooledFeatures``.
    ///   - values: what the model reads of the output, if that differs from it.
    /// - Returns: `x`
    @discardableResult
    public func noted(_ name: String, _ x: Tensor, values: Tensor? = nil) -> Tensor {
        if captures?.features.contains(name) == true {
            features[name] = Trace.Feature(output: x, values: values ?? x)
        }
        return x
    }

    /// Multi-head attention (Vaswani et al., arXiv 1706.03762, section 3.2).
    ///
    /// - Parameters:
    ///   - qkv: queries, keys and values side by side, `[batch, tokens, 3 * features]`.
    ///   - bias: added before the softmax, `[heads, tokens, tokens]`.
    ///   - mask: added before the softmax, `[windows, tokens, tokens]`; the batch is a multiple of
    ///     the windows.
    /// - Returns: `[batch, tokens, features]`
    public func attention(_ qkv: Tensor, heads: Int, bias: Tensor? = nil, mask: Tensor? = nil)
        -> Tensor
    {
        guard captures?.attention == true else {
            return qkv.attention(heads: heads, bias: bias, mask: mask)
        }
        let (output, weights) = qkv.exposedAttention(heads: heads, bias: bias, mask: mask)
        attentionWeights.append(weights)
        return output
    }
}

extension OperationTags {
    /// What torchvision or timm calls as a function instead of declaring a module, so that tools
    /// that hook modules, such as zennit, do not see it.
    package static let unhooked = OperationTags(rawValue: 1)
}

extension Pass {
    /// Runs operations that torchvision or timm calls as functions instead of declaring modules.
    ///
    /// Rules of LRP skip them unless told otherwise. Values and gradients are the same.
    public func unhooked<Result>(_ body: () throws -> Result) rethrows -> Result {
        try tagged(.unhooked, body)
    }
}
