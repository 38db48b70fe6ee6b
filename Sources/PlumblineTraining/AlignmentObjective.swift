import PlumblineExplanations
import PlumblineModels
import PlumblineData
import PlumblineTensors

/// The alignment objective (arXiv 2311.04813): `L = L_class + lambda L_loc`, with the location loss
/// over positive images.
///
/// `L_class` is the binary cross entropy of the target class, or the cross entropy over all classes
/// of a multiclass model.
@dynamicMemberLookup
public struct AlignmentObjective: TrainingObjective {
    public var scenario: Scenario
    /// The method that is trained through.
    public var explanation: any Explanation
    /// The class c.
    ///
    /// It must not be ``TargetClass/predicted``.
    public var target: TargetClass
    /// More classes that are aligned at the same time, by index.
    ///
    /// The loss is then the mean of the losses of all classes: each has the cross entropy of its
    /// labels, and the location loss of its positive images and its masks. Each runs the model
    /// anew, so running statistics are updated once per class.
    public var furtherTargets: [Int] = []
    public var settings = Settings()
    /// What is explained of the class.
    public var quantity = ExplainedQuantity.logit
    public var loss = ClassificationLoss()
    public var batchNorm = BatchNormMode.published
    /// Whether dropout and stochastic depth are drawn in training.
    public var drawsNoise = true

    public init(scenario: Scenario, explanation: any Explanation, target: TargetClass) {
        self.scenario = scenario
        self.explanation = explanation
        self.target = target
    }

    /// A setting of ``settings``.
    public subscript<Value>(dynamicMember path: WritableKeyPath<Settings, Value>) -> Value {
        get { settings[keyPath: path] }
        set { settings[keyPath: path] = newValue }
    }

    /// ``Settings/lambda`` in single precision.
    public var weight: Float {
        get { Float(settings.lambda) }
        set { settings.lambda = Double(newValue) }
    }

    public func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator
    ) throws -> ObjectiveResult {
        try evaluate(model, batch, noise: noise, separatesLocation: false)
    }

    public func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator, separatesLocation: Bool
    ) throws -> ObjectiveResult {
        guard furtherTargets.isEmpty else {
            return try evaluateAll(
                model, batch, noise: noise, separatesLocation: separatesLocation)
        }
        let targets = try targets(of: batch)
        let labels = batch.labels.picked(targets).values
        let weights = batch.labelWeights.picked(targets).values
        let classification: AlignmentSamples.Classification =
            switch model.output {
            case .multilabel: .target(labels: labels, weights: weights)
            case .multiclass:
                .allClasses(loss.crossEntropyTerms(batch.labels, weights: batch.labelWeights))
            }
        return try evaluate(
            model, batch.image, targets, classification, goals(batch, labels, weights),
            noise: noise, separatesLocation: separatesLocation)
    }

    /// The class of each image of a batch.
    ///
    /// - Throws: ``ExplanationError`` for an image without a label where the target is the label.
    func targets(of batch: Batch) throws -> [Int] {
        try zip(batch.ids, batch.targets(target)).map { id, index in
            guard let index else {
                throw ExplanationError(
                    target == .predicted
                        ? "data.target: a model cannot be aligned on the classes that it predicts; "
                            + "name a class, or label"
                        : "\(id) has no label, so it has no target")
            }
            return index
        }
    }

    /// The goal of each image's relevance; `nil` for an image that has no location loss.
    private func goals(_ batch: Batch, _ labels: [Float], _ weights: [Float]) -> [Tensor?] {
        batch.masks.enumerated().map { index, mask in
            guard labels[index] == 1, weights[index] > 0 else { return nil }
            guard let mask else {
                return settings.positivesWithoutMask == .zeros
                    ? .zeros(Array(batch.image.shape[1...2])) : nil
            }
            return scenario.goal(mask)
        }
    }

    /// The objective with binary cross entropy of one class per image.
    ///
    /// - Parameters:
    ///   - image: `[batch, height, width, channels]`
    ///   - targets: the index of the class, one per image.
    ///   - labels: of the targets, in `[0, 1]`, one per image.
    ///   - weights: of the labels, one per image.
    ///   - goals: `[height, width]` for the images that have a location loss.
    ///   - noise: what dropout and the explanation draw from.
    /// - Throws: ``ExplanationError`` if the explanation is not defined on the model.
    public func evaluate(
        _ model: any Classifier, _ image: Tensor, _ targets: [Int], _ labels: [Float],
        _ weights: [Float], _ goals: [Tensor?], noise: RandomGenerator,
        separatesLocation: Bool = false
    ) throws -> ObjectiveResult {
        try evaluate(
            model, image, targets, .target(labels: labels, weights: weights), goals, noise: noise,
            separatesLocation: separatesLocation)
    }

    private func evaluate(
        _ model: any Classifier, _ image: Tensor, _ targets: [Int],
        _ classification: AlignmentSamples.Classification, _ goals: [Tensor?],
        noise: RandomGenerator, separatesLocation: Bool
    ) throws -> ObjectiveResult {
        try checkSharedMode(model)
        let positives = goals.indices.filter { goals[$0] != nil }
        let samples = AlignmentSamples(
            image: image, targets: targets, classification: classification, goals: goals,
            positives: positives)
        var sum = ObjectiveSum(
            parameters: model.trainableParameters.map(\.value),
            separatesLocation: separatesLocation)
        let isPerSample =
            !model.hasBatchNorm || (batchNorm == .frozen && settings.explanationMode != .train)
        let isNoisy =
            model.hasNoise && drawsNoise && settings.explanationMode != .shared
        let sharesForward = settings.sharesForward && explanation.captures(of: model) != nil
        if sharesForward, weight != 0, !positives.isEmpty, !isNoisy, isPerSample {
            // The logits of an image do not depend on the others. Positive images share their
            // forward pass, and the others need no explanation.
            let others = goals.indices.filter { goals[$0] == nil }
            if !others.isEmpty {
                let pass = sharedPass(model, noise.stream("others"))
                sum.add(classification: samples.classification(model, others, pass))
            }
            let losses = try sharedLosses(model, samples, sharedPass(model, noise), &sum)
            sum.add(losses)
        } else if sharesForward, weight != 0, !isNoisy, positives.count == goals.count,
            batchNorm == .train, settings.explanationMode == .train
        {
            // The explanation's batch is the whole batch. The running statistics are updated twice,
            // as with two forward passes.
            let pass = Pass(.batch(updates: 2), recomputesBlocks: settings.recomputesBlocks)
            let losses = try sharedLosses(model, samples, pass, &sum)
            sum.add(losses)
        } else {
            try addSeparately(model, samples, noise, to: &sum)
        }
        return sum.result
    }

    /// Both losses with a forward pass for each.
    private func addSeparately(
        _ model: any Classifier, _ samples: AlignmentSamples, _ noise: RandomGenerator,
        to sum: inout ObjectiveSum
    ) throws {
        let pass = batchNorm.trainingPass(
            model, noise: drawsNoise ? noise : nil, recomputesBlocks: settings.recomputesBlocks)
        let all = Array(samples.goals.indices)
        if model.hasBatchNorm {
            // The explanation sees the running statistics that the classification's forward pass
            // has updated, as in the published code.
            sum.add(classification: samples.classification(model, all, pass))
            try addLocation(model, samples, pass, noise, to: &sum)
        } else {
            // The larger graph comes first, before gradients need memory too. The sum is the same
            // bit for bit.
            try addLocation(model, samples, pass, noise, to: &sum)
            sum.add(classification: samples.classification(model, all, pass))
        }
    }

    private func addLocation(
        _ model: any Classifier, _ samples: AlignmentSamples, _ pass: Pass,
        _ noise: RandomGenerator, to sum: inout ObjectiveSum
    ) throws {
        guard !samples.positives.isEmpty, weight != 0 else { return }
        let request = try Request(
            model: model, image: samples.positiveImages, targets: samples.positiveTargets,
            pass: explanationPass(pass, noise), outputSeed: settings.outputSeed,
            quantity: quantity,
            seeds: samples.positives.map { noise.stream("explanation \($0)").state })
        let goal = samples.stackedGoals
        var location: Float = 0
        var facts = LocationFacts()
        func loss(_ relevance: Tensor) -> Tensor {
            let loss = settings.location(relevance, goal)
            location = loss.item
            facts = LocationFacts(relevance, rectifies: settings.location.rectifies)
            return loss * weight
        }
        let gradients =
            try settings.keepsAllGraphs
            ? explanation.gradientsOfWholeGraph(
                through: request, withRespectTo: sum.parameters, loss: loss)
            : explanation.gradients(
                through: request, withRespectTo: sum.parameters, loss: loss)
        sum.add(location: location, weight: weight, gradients)
        sum.add(facts)
    }

    /// Both losses of the positive images from one forward pass.
    private func sharedLosses(
        _ model: any Classifier, _ samples: AlignmentSamples, _ pass: Pass,
        _ sum: inout ObjectiveSum
    ) throws -> ObjectiveSum.Losses {
        let image = samples.positiveImages.asVariable
        let trace = model.trace(
            image, pass, capturing: explanation.captures(of: model) ?? Captures())
        let request = try Request(
            model: model, image: image, targets: samples.positiveTargets, pass: pass,
            outputSeed: settings.outputSeed, quantity: quantity, createsGraph: true)
        let relevance = try explanation.relevance(of: request, sharing: trace)
        sum.add(LocationFacts(relevance, rectifies: settings.location.rectifies))
        return ObjectiveSum.Losses(
            classification: samples.loss(trace.logits, samples.positives),
            location: settings.location(relevance, samples.stackedGoals), weight: weight)
    }

    public func cause(of report: StepReport, in model: any Classifier) -> String {
        // If the classification loss is finite, the weights are too, and the explanation is the
        // cause.
        guard report.classificationLoss.isFinite else {
            return "the classification loss is \(report.classificationLoss); "
                + "lower the learning rate"
        }
        let map = report.locationLoss.map { !$0.isFinite } ?? false
        let what = map ? "the location loss" : "the gradient through the explanation"
        let remedy =
            explanation is LRP && model.traits.attentionKind != .none
            ? "LRP with this composite grows without bound on transformers: "
                + "train through attn_lrp or a gradient method"
            : "train through another explanation, or lower the learning rate"
        return "\(what) is not finite, and the classification loss is "
            + "\(report.classificationLoss): the cause is the explanation "
            + "\(explanation.name) on \(model.name); \(remedy)"
    }

    private var evaluationPass: Pass { Pass(.running, recomputesBlocks: settings.recomputesBlocks) }

    /// The pass that serves both losses: with one drawing of noise in the mode `shared`, without
    /// noise otherwise.
    private func sharedPass(_ model: any Classifier, _ noise: RandomGenerator) -> Pass {
        guard settings.explanationMode == .shared, drawsNoise, model.hasNoise else {
            return evaluationPass
        }
        return Pass(.running, noise: noise, recomputesBlocks: settings.recomputesBlocks)
    }

    private func explanationPass(_ training: Pass, _ noise: RandomGenerator) -> Pass {
        switch settings.explanationMode {
        case .eval, .shared: evaluationPass
        case .train:
            // Its own random numbers: dropout drops other units than in the classification.
            Pass(
                training.normalisation,
                noise: training.noise == nil ? nil : noise.stream("explanation"),
                recomputesBlocks: settings.recomputesBlocks)
        }
    }
}
