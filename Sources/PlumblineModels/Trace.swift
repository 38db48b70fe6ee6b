import PlumblineTensors

/// What a forward pass keeps beside its logits.
public struct Captures: Sendable, Equatable {
    /// Layers whose outputs are kept, by the names of ``Classifier/featureLayers``.
    public var features: Set<String>
    /// Whether attention is computed in the open: its weights as parts of the graph.
    public var attention: Bool
    /// Whether layers keep their inputs, from which the rules of LRP start.
    public var layerInputs: Bool

    public init(features: Set<String> = [], attention: Bool = false, layerInputs: Bool = false) {
        self.features = features
        self.attention = attention
        self.layerInputs = layerInputs
    }

    /// What either of two keeps.
    public func union(_ other: Captures) -> Captures {
        Captures(
            features: features.union(other.features), attention: attention || other.attention,
            layerInputs: layerInputs || other.layerInputs)
    }

    public func isSuperset(of other: Captures) -> Bool { union(other) == self }

    /// Whether something is kept that a block computes, so that it cannot be computed again later.
    var isInsideBlocks: Bool { !features.isEmpty || attention }
}

/// A forward pass at some images: its logits, and what it was asked to capture, as parts of one
/// graph. A value: using it twice gives the same twice.
public struct Trace {
    /// `[batch, height, width, channels]`, the start of the graph.
    public let image: Tensor
    /// `[batch, classes]`
    public let logits: Tensor
    /// What was asked for.
    public let captures: Captures
    private let features: [String: Feature]
    /// Each block's attention weights `[batch, heads, tokens, tokens]`, where captured.
    package let attention: [Tensor]

    /// A layer's output: where gradients are taken, and the values that are read.
    package struct Feature {
        package let output: Tensor
        package let values: Tensor
    }

    init(
        image: Tensor, logits: Tensor, captures: Captures, features: [String: Feature],
        attention: [Tensor]
    ) {
        self.image = image
        self.logits = logits
        self.captures = captures
        self.features = features
        self.attention = attention
    }

    /// The output of a layer, where the model has it and it was captured.
    package func feature(_ layer: String) -> Feature? { features[layer] }
}

extension Classifier {
    /// Runs the model at `image` and keeps what `captures` names.
    ///
    /// - Parameter image: `[batch, height, width, channels]`; it becomes the start of a graph if it
    ///   is not part of one.
    public func trace(_ image: Tensor, _ pass: Pass, capturing captures: Captures = Captures())
        -> Trace
    {
        let image = image.node == nil ? image.asVariable : image
        let (logits, features, attention) = pass.capturing(captures) { self.logits(image, pass) }
        return Trace(
            image: image, logits: logits, captures: captures, features: features,
            attention: attention)
    }
}
