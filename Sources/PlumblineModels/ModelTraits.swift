/// What explanation methods and weight files need to know of a model beside its parameters.
///
/// The defaults are those of a model that has nothing special.
public struct ModelTraits: Sendable {
    /// The layers whose outputs a trace can capture, in the order of the network.
    ///
    /// Class activation maps read the last one by default.
    public var featureLayers: [String] = []
    /// How the output of a feature layer is laid out.
    public var featureLayout = FeatureLayout.map
    /// The weight `[classes, channels]` of the linear layer that reads the mean of
    /// ``pooledFeatures``; `nil` if there is none.
    public var pooledClassifier: Parameter?
    /// The attention that the model is made of, if any.
    public var attentionKind = AttentionKind.none
    /// Whether every nonlinearity is a ReLU.
    ///
    /// Guided backprop and deconvnet are defined only then.
    public var isRectified = false
    /// The names of the last layer's parameters.
    ///
    /// They do not fit a checkpoint with other classes.
    public var headNames: Set<String> = []

    public init(
        featureLayers: [String] = [], featureLayout: FeatureLayout = .map,
        pooledClassifier: Parameter? = nil, attentionKind: AttentionKind = .none,
        isRectified: Bool = false, headNames: Set<String> = []
    ) {
        self.featureLayers = featureLayers
        self.featureLayout = featureLayout
        self.pooledClassifier = pooledClassifier
        self.attentionKind = attentionKind
        self.isRectified = isRectified
        self.headNames = headNames
    }
}

/// The name under which a model with a ``ModelTraits/pooledClassifier`` notes the features that it
/// pools, `[batch, height, width, channels]`; see ``Pass/noted(_:_:values:)``.
public let pooledFeatures = "pooled"

/// How the output of a feature layer is laid out.
public enum FeatureLayout: Sendable, Equatable {
    /// `[batch, height, width, channels]`
    case map
    /// `[batch, tokens, features]`: a class token, then a square of patches row by row.
    case tokens
}

/// The attention that a model is made of.
public enum AttentionKind: Sendable {
    case none
    /// Every token attends to every other, and a class token collects. Rollout is defined.
    case global
    /// Tokens attend to those of their window.
    case windows
}
