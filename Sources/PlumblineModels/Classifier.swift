import PlumblineTensors

/// An image classifier: from images `[batch, height, width, channels]` to logits
/// `[batch, classes]`.
///
/// A model is a class with layers and a ``ParameterScope`` under which they register their
/// parameters. To make it available by name, conform to ``Architecture`` and register it.
public protocol Classifier: AnyObject, Sendable {
    /// The registered name, such as "densenet121".
    var name: String { get }
    /// The number of classes: logits per image.
    var classCount: Int { get }
    /// The settings that override the defaults of the registered name, by the keys of torchvision's
    /// or timm's constructor.
    var configuration: ModelConfiguration { get }
    /// Parameters and buffers in the order of PyTorch's state dictionary.
    var parameters: [Parameter] { get }
    /// Pixels per side that the image must have; `nil` if any size is possible.
    var imageSize: Int? { get }
    /// The smallest possible number of pixels per side. With fewer a pooling would have no input.
    var smallestImageSize: Int { get }
    /// Whether the logits of an image depend on the other images of its batch if batch statistics
    /// normalise.
    var hasBatchNorm: Bool { get }
    /// Whether dropout or stochastic depth changes the logits if it is drawn.
    var hasNoise: Bool { get }
    /// What explanation methods and weight files need to know.
    var traits: ModelTraits { get }

    /// The logits, `[batch, classes]`.
    ///
    /// - Parameters:
    ///   - image: `[batch, height, width, channels]`
    ///   - pass: which statistics normalise, and whether dropout is drawn. Layers take it as an
    ///     argument.
    func logits(_ image: Tensor, _ pass: Pass) -> Tensor
}

extension Classifier {
    public var configuration: ModelConfiguration { ModelConfiguration() }
    public var imageSize: Int? { nil }
    public var smallestImageSize: Int { 1 }
    public var hasNoise: Bool { false }
    public var traits: ModelTraits { ModelTraits() }

    /// What the outputs mean together.
    public var output: OutputKind { configuration.output }

    /// The parameters that training changes: all that are trainable, without frozen ones.
    public var trainableParameters: [Parameter] { parameters.filter(\.isTrained) }
    /// The number of values that training changes.
    public var parameterCount: Int { trainableParameters.reduce(0) { $0 + $1.count } }

    /// The names of the last layer's parameters.
    public var headNames: Set<String> { traits.headNames }

    /// The channels of the images; `nil` if the model has no convolution that says so.
    public var inputChannels: Int? {
        parameters.first { $0.layout == .convolution }?.shape[3]
    }

    /// Why the model cannot read some images; `nil` if it can.
    ///
    /// - Parameter image: expected to be `[batch, height, width, channels]`.
    public func problem(with image: Tensor) -> String? {
        let shape = image.shape
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            return "\(name) reads images [batch, height, width, channels], not \(shape)"
        }
        if let imageSize, shape[1] != imageSize || shape[2] != imageSize {
            return "\(name) reads images of \(imageSize) x \(imageSize) pixels, "
                + "not \(shape[1]) x \(shape[2])"
        }
        guard min(shape[1], shape[2]) >= smallestImageSize else {
            return "\(name) needs at least \(smallestImageSize) pixels per side, "
                + "not \(shape[1]) x \(shape[2])"
        }
        if let inputChannels, shape[3] != inputChannels {
            return "\(name) reads images of \(inputChannels) channels, not \(shape[3])"
        }
        return nil
    }
}
