import PlumblineModels
import PlumblineTensors

/// What is to be explained: one class for each image of a batch.
///
/// A request is a value. The same request gives the same relevance every time.
public struct Request {
    public let model: any Classifier
    /// `[batch, height, width, channels]`; the start of a graph.
    public let image: Tensor
    /// The index of the explained class, one per image.
    public let targets: [Int]
    /// How the model is run: which statistics normalise, and whether dropout is drawn.
    public private(set) var pass: Pass
    public let outputSeed: OutputSeed
    /// What is explained of the class: its logit, unless stated otherwise.
    public let quantity: ExplainedQuantity
    /// The seed of each image's random numbers.
    ///
    /// A map therefore does not depend on the other images of its batch.
    public let seeds: [UInt64]
    /// Whether the relevance is part of a graph, so that it can be differentiated with respect to
    /// the model's parameters.
    public private(set) var createsGraph: Bool
    /// Whether a trace's graph is still needed after its relevance was computed.
    private(set) var keepsTrace = true

    /// - Parameters:
    ///   - image: `[batch, height, width, channels]` in the values that the model reads.
    ///   - targets: the index of the explained class, one per image.
    ///   - pass: how the model is run.
    ///   - outputSeed: what is propagated back from the explained value.
    ///   - quantity: what is explained of the class.
    ///   - seeds: one per image; zeros if `nil`.
    ///   - createsGraph: whether the relevance can be differentiated with respect to the model's
    ///     parameters.
    /// - Throws: ``ExplanationError`` if the model cannot read the images or lacks the quantity, if
    ///   a target is not one of its classes, or if there is not one target and one seed per image.
    public init(
        model: any Classifier, image: Tensor, targets: [Int], pass: Pass,
        outputSeed: OutputSeed = .standard, quantity: ExplainedQuantity = .logit,
        seeds: [UInt64]? = nil, createsGraph: Bool = false
    ) throws {
        if let problem = model.problem(with: image) ?? quantity.problem(model) {
            throw ExplanationError(problem)
        }
        let count = image.shape[0]
        let seeds = seeds ?? [UInt64](repeating: 0, count: targets.count)
        guard targets.count == count, seeds.count == count else {
            throw ExplanationError(
                "\(targets.count) targets and \(seeds.count) seeds for \(count) images; "
                    + "one of each per image is needed")
        }
        if let target = targets.first(where: { !(0..<model.classCount).contains($0) }) {
            throw ExplanationError(
                "target \(target) is not a class of \(model.name), "
                    + "whose classes are 0 to \(model.classCount - 1)")
        }
        self.model = model
        self.image = image.node == nil ? image.asVariable : image
        self.targets = targets
        self.pass = pass
        self.outputSeed = outputSeed
        self.quantity = quantity
        self.seeds = seeds
        self.createsGraph = createsGraph
    }

    /// The number of images.
    public var count: Int { targets.count }

    /// The same request once more, with the same noise.
    ///
    /// Running statistics stay as they are.
    package var repeated: Request {
        var copy = self
        copy.pass = pass.repeated
        return copy
    }

    /// This request with relevance that can be differentiated.
    var creatingGraph: Request {
        var copy = self
        copy.createsGraph = true
        return copy
    }

    /// This request for a trace that nothing else uses, so that its graph may be released.
    var owningTrace: Request {
        var copy = self
        copy.keepsTrace = false
        return copy
    }

    /// - Throws: ``ExplanationError`` if `trace` is not of this request's model and images, or did
    ///   not capture `captures`.
    func check(_ trace: Trace, _ captures: Captures, for method: String) throws {
        guard trace.isOf(model, image) else {
            throw ExplanationError("\(method): the trace is of another model or other images")
        }
        guard trace.captures.isSuperset(of: captures) else {
            throw ExplanationError(
                "\(method): the trace did not capture what this method reads; "
                    + "pass captures(of:) to the trace")
        }
    }

    /// Random values for each image, drawn from its own seed.
    ///
    /// - Parameters:
    ///   - purpose: names the stream of random numbers; each purpose has a stream of its own.
    ///   - draw: makes the values of one image, `[1, height, width, channels]`.
    /// - Returns: `[batch, height, width, channels]`
    public func drawn(
        _ purpose: String, _ draw: (inout RandomGenerator, _ shape: [Int]) -> Tensor
    ) -> Tensor {
        let shape = [1] + image.shape.dropFirst()
        return concatenate(
            seeds.map { seed in
                var random = RandomGenerator(seed: seed).stream(purpose)
                return draw(&random, shape)
            }, axis: 0)
    }

    /// What is explained, one value per image.
    ///
    /// - Parameter logits: `[batch, classes]`
    func explained(_ logits: Tensor) -> Tensor {
        quantity.values(logits, of: targets, model.output)
    }

    /// The same request for other images, all with the target of one image of this request.
    ///
    /// The model's running statistics stay as they are.
    func at(_ image: Tensor, row: Int, seeds: [UInt64]) throws -> Request {
        try Request(
            model: model, image: image, targets: seeds.map { _ in targets[row] },
            pass: pass.repeated, outputSeed: outputSeed, quantity: quantity, seeds: seeds)
    }

    /// Propagates the explained values back to a tensor of their graph.
    ///
    /// - Parameters:
    ///   - logits: `[batch, classes]`
    ///   - variable: a tensor that `logits` were computed from.
    ///   - standardSeed: what is propagated if the request leaves it to the method.
    ///   - policy: replaces the derivative of layers; `nil` propagates the gradient.
    ///   - createGraph: whether the result can be differentiated again.
    ///   - keepGraph: whether the graph of `logits` is needed afterwards.
    /// - Returns: a tensor of the shape of `variable`.
    func propagated(
        _ logits: Tensor, to variable: Tensor, standardSeed: OutputSeed = .one,
        policy: (any PropagationPolicy)? = nil, createGraph: Bool, keepGraph: Bool = false
    ) -> Tensor {
        let values = explained(logits)
        // With the seed `logit` the cotangent is f itself and differentiates as a factor.
        let startsFromLogit =
            (outputSeed == .standard ? standardSeed : outputSeed) == .logit
        let upstream = startsFromLogit ? factor(values, createGraph) : nil
        return PlumblineTensors.propagated(
            from: values, to: [variable], upstream: upstream, policy: policy,
            createGraph: createGraph, keepGraph: createGraph || keepGraph)[0]
    }

    /// A value by which relevance is multiplied: part of the graph only if one is created.
    func factor(_ value: Tensor, _ createGraph: Bool) -> Tensor {
        createGraph ? value : value.detached
    }

    /// The gradient of the explained values with respect to a tensor of the trace's graph, such as
    /// its image or a captured layer.
    ///
    /// - Returns: a tensor of the shape of `variable`, multiplied by the logit if ``outputSeed`` is
    ///   ``OutputSeed/logit``.
    public func gradient(of trace: Trace, withRespectTo variable: Tensor) -> Tensor {
        func compute() -> Tensor {
            propagated(
                trace.logits, to: variable, createGraph: createsGraph, keepGraph: keepsTrace)
        }
        // A gradient with a graph of its own would keep that graph in memory.
        if createsGraph { return compute() }
        let key = KnownGradients.Key(
            variable, targets: targets,
            of: "\(quantity.rawValue) \(outputSeed == .logit ? "squared" : "")")
        return trace.gradients.gradient(key, compute: compute)
    }

    /// The gradient of the explained values at other images.
    ///
    /// - Parameters:
    ///   - point: `[batch, height, width, channels]`
    ///   - createGraph: whether the gradient can be differentiated with respect to the model's
    ///     parameters.
    /// - Returns: a tensor of the shape of `point`.
    public func gradient(at point: Tensor, createGraph: Bool) -> Tensor {
        let variable = point.detached.asVariable
        return propagated(model.logits(variable, pass), to: variable, createGraph: createGraph)
    }
}
