import Models
import Tensors

/// What is explained: one class's logit for each image.
public struct Subject {
    public let model: any Classifier
    /// `[batch, height, width, channels]`, a variable.
    public let image: Tensor
    /// The class explained, one an image.
    public let targets: [Int]
    public let pass: Pass
    public let outputSeed: OutputSeed
    /// Logits already computed from `image`, to share a forward; explanations that need other forwards ignore them.
    public let logits: Tensor?

    public init(
        model: any Classifier, image: Tensor, targets: [Int], pass: Pass, outputSeed: OutputSeed = .one, logits: Tensor? = nil
    ) {
        require(targets.count == image.shape[0], "Subject: \(targets.count) targets for images \(image.shape)")
        self.model = model
        self.image = image.node == nil ? image.asVariable : image
        self.targets = targets
        self.pass = pass
        self.outputSeed = outputSeed
        self.logits = logits
    }
}

/// What is propagated back from the logit f.
public enum OutputSeed: String, Sendable, CaseIterable {
    /// 1: the gradient proper.
    case one
    /// f itself, zennit's default: `f * gradient`.
    case logit
}

/// A method that assigns relevance to every value of an image.
public protocol Explanation: Sendable {
    var name: String { get }

    /// The relevance of the targets' logits, `[batch, height, width, channels]`.
    ///
    /// - Parameter createGraph: whether the relevance can be differentiated with respect to the model's parameters.
    func relevance(of subject: Subject, createGraph: Bool) -> Tensor
}

/// Every method by name.
public enum ExplanationRegistry {
    public static let names = ["gradient"]

    /// - Throws: ``ModelError`` for an unknown name, listing the known.
    public static func make(_ name: String) throws -> any Explanation {
        switch name {
        case "gradient": return GradientExplanation()
        default: throw ModelError("unknown explanation \(name); there is \(names.joined(separator: ", "))")
        }
    }
}
