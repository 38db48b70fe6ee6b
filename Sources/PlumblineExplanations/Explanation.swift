import PlumblineModels
import PlumblineTensors

/// A method that assigns relevance to the values of an image.
///
/// A method is a value: the same settings, image and seed give the same relevance to the bit,
/// whatever the images beside it.
public protocol Explanation: Sendable {
    var name: String { get }

    /// Whether relevance can be differentiated with respect to the model's parameters, so that it
    /// can be trained through.
    var isDifferentiable: Bool { get }

    /// - Throws: ``ExplanationError`` where the method is not defined on `model`, naming what works
    ///   instead.
    func check(_ model: any Classifier) throws

    /// What the method reads of one forward pass at the image; `nil` where it runs others of its
    /// own, and has no use for one that was made for another purpose.
    func captures(of model: any Classifier) -> Captures?

    /// The relevance of the targets' logits, `[batch, height, width, channels]`; the image's
    /// channels, or one. Only for a model that ``check(_:)`` has let pass.
    ///
    /// - Parameter createGraph: whether the relevance can be differentiated with respect to the
    ///   model's parameters.
    func relevance(of subject: Subject, createGraph: Bool) -> Tensor
}

extension Explanation {
    public var isDifferentiable: Bool { true }
    public func check(_ model: any Classifier) throws {}
    public func captures(of model: any Classifier) -> Captures? { Captures() }
}

/// A method that is not defined where it was asked for, or an impossible setting.
public struct ExplanationError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
