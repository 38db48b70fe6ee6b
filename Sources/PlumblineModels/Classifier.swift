import PlumblineTensors

/// An image classifier: `[batch, height, width, channels]` to logits `[batch, classes]`.
public protocol Classifier: AnyObject, Sendable {
    /// The registered name, such as "densenet121".
    var name: String { get }
    var classCount: Int { get }
    /// What the registered name's defaults were overridden with, by the keys of torchvision's or
    /// timm's constructor.
    var configuration: ModelConfiguration { get }
    /// Parameters and buffers in the order of PyTorch's state dictionary.
    var parameters: [Parameter] { get }
    /// The image size the model needs, or `nil` where any will do.
    var imageSize: Int? { get }
    /// Pixels a side below which a pooling would find nothing left.
    var smallestImageSize: Int { get }
    /// Whether a sample's logits depend on the others of its batch when normalised by batch
    /// statistics.
    var hasBatchNorm: Bool { get }
    /// Whether a forward with noise differs from one without.
    var hasNoise: Bool { get }
    /// The parameters of the last layer, which a checkpoint with other classes does not fit.
    var headNames: Set<String> { get }
    /// The layers whose outputs a pass can note, in the order of the network; the last is where
    /// class activation maps look by default.
    var featureLayers: [String] { get }
    /// How a noted output is laid out.
    var featureLayout: FeatureLayout { get }
    /// The weight `[classes, channels]` of the linear layer that reads the mean of
    /// ``pooledFeatures``; `nil` where there is none.
    var pooledClassifier: Parameter? { get }
    /// The attention that the model is made of, if any.
    var attentionKind: AttentionKind { get }
    /// Whether every nonlinearity is a ReLU, on which guided backprop and deconvnet are defined.
    var isRectified: Bool { get }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor
}

extension Classifier {
    public var smallestImageSize: Int { 1 }
    public var trainableParameters: [Parameter] { parameters.filter(\.isTrainable) }
    public var parameterCount: Int { trainableParameters.reduce(0) { $0 + $1.count } }
}

/// The name under which every model with a ``Classifier/pooledClassifier`` notes what it pools.
package let pooledFeatures = "pooled"

public enum FeatureLayout: Sendable, Equatable {
    /// `[batch, height, width, channels]`
    case map
    /// `[batch, tokens, features]`: a class token, then a square of patches row by row.
    case tokens
}

public enum AttentionKind: Sendable {
    case none
    /// Every token sees every other, and a class token collects: rollout is defined.
    case global
    /// Tokens see their window.
    case windows
}

/// What is wrong with a model's name, configuration or weights.
public struct ModelError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
