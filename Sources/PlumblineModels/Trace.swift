import PlumblineTensors

/// What a forward pass keeps in addition to its logits.
public struct Captures: Sendable, Equatable {
    /// The layers whose outputs are kept, by the names of ``ModelTraits/featureLayers``.
    public var features: Set<String>
    /// Whether attention weights are kept as parts of the graph.
    public var attention: Bool
    /// Whether layers keep their inputs, from which the rules of LRP start.
    public var layerInputs: Bool

    public init(features: Set<String> = [], attention: Bool = false, layerInputs: Bool = false) {
        self.features = features
        self.attention = attention
        self.layerInputs = layerInputs
    }

    /// What at least one of the two keeps.
    public func union(_ other: Captures) -> Captures {
        Captures(
            features: features.union(other.features), attention: attention || other.attention,
            layerInputs: layerInputs || other.layerInputs)
    }

    /// Whether everything that `other` keeps is kept.
    public func isSuperset(of other: Captures) -> Bool { union(other) == self }

    /// Whether something inside a block is kept, so that the block cannot be computed again later.
    var isInsideBlocks: Bool { !features.isEmpty || attention }
}

/// A forward pass at some images: its logits, and what it was asked to capture, as parts of one
/// graph.
///
/// A trace is a value. Reading it twice gives the same result twice.
public struct Trace {
    private let model: ObjectIdentifier
    /// `[batch, height, width, channels]`, the start of the graph.
    public let image: Tensor
    /// `[batch, classes]`.
    public let logits: Tensor
    /// What was captured.
    public let captures: Captures
    private let features: [String: Feature]
    /// The attention weights of each block, `[batch, heads, tokens, tokens]`; empty if they were
    /// not captured.
    public let attention: [Tensor]
    /// Gradients that were computed of this trace already.
    package let gradients = KnownGradients()

    /// The output of a layer.
    public struct Feature {
        /// What gradients are taken with respect to.
        public let output: Tensor
        /// What the model reads of the output.
        public let values: Tensor
    }

    init(
        model: any Classifier, image: Tensor, logits: Tensor, captures: Captures,
        features: [String: Feature],
        attention: [Tensor]
    ) {
        self.model = ObjectIdentifier(model)
        self.image = image
        self.logits = logits
        self.captures = captures
        self.features = features
        self.attention = attention
    }

    /// The output of a layer; `nil` if the model has no such layer or it was not captured.
    public func feature(_ layer: String) -> Feature? { features[layer] }

    /// Whether this is a forward pass of `model` at `image`.
    package func isOf(_ model: any Classifier, _ image: Tensor) -> Bool {
        self.model == ObjectIdentifier(model) && self.image.hasSameValues(as: image)
    }
}

extension Classifier {
    /// Runs the model at `image` and keeps what `captures` names.
    ///
    /// - Parameters:
    ///   - image: `[batch, height, width, channels]`; it becomes the start of a graph if it is not
    ///     part of one.
    ///   - captures: what is kept in addition to the logits.
    public func trace(_ image: Tensor, _ pass: Pass, capturing captures: Captures = Captures())
        -> Trace
    {
        let image = image.node == nil ? image.asVariable : image
        let (logits, features, attention) = pass.capturing(captures) { self.logits(image, pass) }
        return Trace(
            model: self, image: image, logits: logits, captures: captures, features: features,
            attention: attention)
    }
}
