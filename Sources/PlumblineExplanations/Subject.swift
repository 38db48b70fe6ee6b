import PlumblineModels
import PlumblineTensors

/// What is explained: one class's logit for each image.
public struct Subject {
    public let model: any Classifier
    /// `[batch, height, width, channels]`, a variable.
    public let image: Tensor
    /// The class explained, one an image.
    public let targets: [Int]
    public let pass: Pass
    public let outputSeed: OutputSeed
    /// A forward pass at `image` that was made already, to be shared.
    public let trace: Trace?
    /// What randomness follows from, one an image, so that a map does not depend on its batch
    /// mates.
    public let seeds: [UInt64]
    /// Called by methods that take steps with how many are done, and of how many.
    public let progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?

    public init(
        model: any Classifier, image: Tensor, targets: [Int], pass: Pass,
        outputSeed: OutputSeed = .standard, trace: Trace? = nil,
        seeds: [UInt64]? = nil, progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) {
        require(
            targets.count == image.shape[0],
            "Subject: \(targets.count) targets for images \(image.shape)")
        self.model = model
        self.image = trace?.image ?? (image.node == nil ? image.asVariable : image)
        self.targets = targets
        self.pass = pass
        self.outputSeed = outputSeed
        self.trace = trace
        self.seeds = seeds ?? [UInt64](repeating: 0, count: targets.count)
        self.progress = progress
        require(
            self.seeds.count == targets.count,
            "Subject: \(self.seeds.count) seeds for images \(image.shape)")
    }

    /// The same subject explained once more, with the same noise; running statistics stay.
    package var repeated: Subject {
        Subject(
            model: model, image: image, targets: targets, pass: pass.repeated,
            outputSeed: outputSeed, seeds: seeds, progress: progress)
    }

    var count: Int { targets.count }

    /// The shared forward pass where it captured enough, else one of its own.
    func traced(_ captures: Captures = Captures()) -> Trace {
        if let trace, trace.captures.isSuperset(of: captures) { return trace }
        // A forward pass that was shared has moved the running statistics already.
        return model.trace(image, trace == nil ? pass : pass.repeated, capturing: captures)
    }

    /// Whether the graph of ``traced(_:)`` is needed by others afterwards.
    var sharesGraph: Bool { trace != nil }

    /// Values drawn for each image from its own seed, as one tensor of the image's shape.
    func drawn(_ purpose: String, _ draw: (inout RandomGenerator, _ shape: [Int]) -> Tensor)
        -> Tensor
    {
        let shape = [1] + image.shape.dropFirst()
        return concatenate(
            seeds.map { seed in
                var random = RandomGenerator(seed: seed).stream(purpose)
                return draw(&random, shape)
            }, axis: 0)
    }

    /// Propagates the targets' logits back from `logits` to `variable`.
    ///
    /// - Parameter seed: what starts, where the subject leaves it to the method.
    func propagated(
        _ logits: Tensor, to variable: Tensor, seed standard: OutputSeed = .one,
        policy: (any PropagationPolicy)? = nil,
        createGraph: Bool, keepGraph: Bool = false
    ) -> Tensor {
        let chosen = logits.picked(targets)
        // With seed `logit` the cotangent is f itself and differentiates as a factor.
        let startsFromLogit = (outputSeed == .standard ? standard : outputSeed) == .logit
        let upstream: Tensor? = startsFromLogit ? (createGraph ? chosen : chosen.detached) : nil
        return PlumblineTensors.propagated(
            from: chosen, to: [variable], upstream: upstream, policy: policy,
            createGraph: createGraph,
            keepGraph: createGraph || keepGraph)[0]
    }

    /// The gradient at another point.
    func gradient(at point: Tensor, createGraph: Bool) -> Tensor {
        let variable = point.detached.asVariable
        return propagated(model.logits(variable, pass), to: variable, createGraph: createGraph)
    }
}

/// What is propagated back from the logit f.
public enum OutputSeed: String, Sendable, CaseIterable {
    /// What the method is defined with: `logit` for LRP, `one` for gradients.
    case standard = "default"
    /// 1: the gradient proper.
    case one
    /// f itself, zennit's default: `f * gradient`.
    case logit
}
