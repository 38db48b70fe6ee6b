import PlumblineModels
import PlumblineTensors

/// A method that assigns relevance to the pixels of an image.
///
/// A method is a value. The same settings, image and seed give the same relevance bit for bit,
/// whatever the other images of the batch are.
///
/// A method of this kind reads one forward pass at the image. It says in ``captures(of:)`` what it
/// reads, and computes the relevance in ``relevance(of:from:)``. A method that runs the model at
/// other images conforms to ``ProbingExplanation`` instead.
///
/// Callers use ``relevance(of:sharing:)`` or ``relevance(of:)``. Both check the model and the trace
/// first.
///
/// ```swift
/// struct SquaredGradient: Explanation {
///     let name = "squared_gradient"
///     func relevance(of request: Request, from trace: Trace) throws -> Tensor {
///         let gradient = request.gradient(of: trace, withRespectTo: trace.image)
///         return gradient * gradient
///     }
/// }
/// try ExplanationRegistry.register("squared_gradient") { _ in SquaredGradient() }
/// ```
public protocol Explanation: Sendable {
    /// The registered name, such as "integrated_gradients".
    var name: String { get }

    /// Whether relevance can be differentiated with respect to the model's parameters, so that a
    /// model can be trained through it. `true` unless stated otherwise.
    var isDifferentiable: Bool { get }

    /// Says whether the method is defined on a model.
    ///
    /// - Throws: ``ExplanationError`` if it is not; the message names methods that are.
    func check(_ model: any Classifier) throws

    /// What the method reads of a forward pass at the image; `nil` if it reads nothing and runs
    /// forward passes of its own.
    func captures(of model: any Classifier) -> Captures?

    /// The relevance of the targets' logits.
    ///
    /// - Parameters:
    ///   - request: what is explained. If it creates a graph and the method is differentiable, the
    ///     result can be differentiated with respect to the model's parameters.
    ///   - trace: a forward pass at the request's images that captured ``captures(of:)``.
    /// - Returns: `[batch, height, width, channels]`, with the image's channels or one.
    /// - Throws: ``ExplanationError`` if the method is not defined on the model, or if the trace is
    ///   of something else or captured too little.
    func relevance(of request: Request, from trace: Trace) throws -> Tensor

    /// Checks the model, runs a forward pass if `trace` cannot be used, and explains.
    ///
    /// Every method has this from an extension; it need not be written.
    ///
    /// - Parameter trace: a forward pass at the request's images, if there is one. Its graph is
    ///   kept.
    /// - Returns: as ``relevance(of:from:)``.
    /// - Throws: ``ExplanationError`` if the method is not defined on the model, or if `trace` is
    ///   of another model or of other images.
    func relevance(of request: Request, sharing trace: Trace?) throws -> Tensor

    /// The gradients of a loss of the relevance.
    ///
    /// Every method has this from an extension. A method that can compute the gradients in less
    /// memory may write its own.
    ///
    /// - Parameters:
    ///   - parameters: of the model.
    ///   - loss: a scalar from the relevance; called once.
    /// - Returns: one gradient per parameter.
    /// - Throws: ``ExplanationError`` if the method is not defined on the model.
    func gradients(
        through request: Request, withRespectTo parameters: [Tensor], loss: (Tensor) -> Tensor
    ) throws -> [Tensor]
}

extension Explanation {
    public var isDifferentiable: Bool { true }
    public func check(_ model: any Classifier) throws {}
    public func captures(of model: any Classifier) -> Captures? { Captures() }

    /// As ``relevance(of:sharing:)`` without a trace.
    public func relevance(of request: Request) throws -> Tensor {
        try relevance(of: request, sharing: nil)
    }

    public func relevance(of request: Request, sharing trace: Trace?) throws -> Tensor {
        try check(request.model)
        let captures = captures(of: request.model) ?? Captures()
        if let trace {
            try request.check(trace, Captures(), for: name)
            if trace.captures.isSuperset(of: captures) {
                return try relevance(of: request, from: trace)
            }
        }
        // The shared forward pass has moved the running statistics already.
        let pass = trace == nil ? request.pass : request.pass.repeated
        let newTrace = request.model.trace(request.image, pass, capturing: captures)
        return try relevance(of: request.owningTrace, from: newTrace)
    }

    public func gradients(
        through request: Request, withRespectTo parameters: [Tensor], loss: (Tensor) -> Tensor
    ) throws -> [Tensor] {
        try gradientsOfWholeGraph(through: request, withRespectTo: parameters, loss: loss)
    }

    /// As ``gradients(through:withRespectTo:loss:)``, with the whole graph in memory at once.
    public func gradientsOfWholeGraph(
        through request: Request, withRespectTo parameters: [Tensor], loss: (Tensor) -> Tensor
    ) throws -> [Tensor] {
        gradient(
            of: loss(try relevance(of: request.creatingGraph)), withRespectTo: parameters)
    }

    /// - Throws: ``ExplanationError`` if `trace` is not what ``relevance(of:from:)`` needs.
    func require(_ trace: Trace, for request: Request) throws {
        try request.check(trace, captures(of: request.model) ?? Captures(), for: name)
    }
}

/// A method that runs the model at other images than the one that it explains.
///
/// It has no use for a forward pass that was run for another purpose.
public protocol ProbingExplanation: Explanation {
    /// The relevance of the targets' logits.
    ///
    /// - Returns: `[batch, height, width, channels]`, with the image's channels or one.
    /// - Throws: ``ExplanationError`` if the method is not defined on the model.
    func relevance(probing request: Request) throws -> Tensor
}

extension ProbingExplanation {
    public func captures(of model: any Classifier) -> Captures? { nil }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try relevance(probing: request)
    }

    public func relevance(of request: Request, sharing trace: Trace?) throws -> Tensor {
        try check(request.model)
        return try relevance(probing: request)
    }
}
