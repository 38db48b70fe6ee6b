import Models
import Tensors

/// A method that assigns relevance to the values of an image.
///
/// A method is a value: the same settings, image and seed give the same relevance to the bit,
/// whatever the images beside it.
public protocol Explanation: Sendable {
    var name: String { get }

    /// Whether relevance can be differentiated with respect to the model's parameters, so that it
    /// can be trained through.
    var isDifferentiable: Bool { get }

    /// Whether ``relevance(of:createGraph:)`` can start from logits that ``forward(_:_:_:)``
    /// computed for another purpose.
    var sharesForward: Bool { get }

    /// - Throws: ``ExplanationError`` where the method is not defined on `model`, naming what works
    ///   instead.
    func check(_ model: any Classifier) throws

    /// The forward pass at the image, with everything noted that the method reads from it.
    func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor

    /// The relevance of the targets' logits, `[batch, height, width, channels]`; the image's
    /// channels, or one. Only for a model that ``check(_:)`` has let pass.
    ///
    /// - Parameter createGraph: whether the relevance can be differentiated with respect to the
    ///   model's parameters.
    func relevance(of subject: Subject, createGraph: Bool) -> Tensor
}

extension Explanation {
    public var isDifferentiable: Bool { true }
    public var sharesForward: Bool { true }
    public func check(_ model: any Classifier) throws {}
    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor {
        model.logits(image, pass)
    }

    /// The subject's shared logits, or this method's own forward.
    func logits(of subject: Subject) -> Tensor {
        subject.logits ?? forward(subject.model, subject.image, subject.pass)
    }
}

/// A method that is not defined where it was asked for, or an impossible setting.
public struct ExplanationError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
