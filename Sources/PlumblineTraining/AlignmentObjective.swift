import PlumblineExplanations
import PlumblineModels
import PlumblineData
import PlumblineTensors

/// How the model is run for its explanation during training.
public enum ExplanationMode: String, Sendable, CaseIterable {
    /// Running statistics, no noise, nothing moves: the explanation that will be evaluated.
    case eval
    /// As in the published code: batch statistics of the positive samples, which move the running
    /// ones, and dropout.
    case train
}

/// What becomes of a positive image without a mask.
public enum PositivesWithoutMask: String, Sendable, CaseIterable {
    /// It has no location loss.
    case skip
    /// It gets an all-zero goal, in both scenarios (published code).
    case zeros
}

/// The alignment objective (arXiv 2311.04813): `L = BCE(f_c(x), y) + lambda L_loc`, with the
/// location loss over positive samples.
public struct AlignmentObjective: TrainingObjective {
    public var scenario: Scenario
    public var explanation: any Explanation
    /// The class c.
    public var target: Int
    public var weight: Float = 1
    public var location = LocationLoss()
    public var outputSeed = OutputSeed.standard
    public var batchNorm = BatchNormMode.train
    public var explanationMode = ExplanationMode.eval
    public var positivesWithoutMask = PositivesWithoutMask.skip
    /// One forward for both losses wherever the result is the same. Off reproduces the published
    /// work, not other values.
    public var sharesForward = true
    /// Keep the graphs of all points of an averaging explanation instead of visiting each twice:
    /// faster, in memory that grows with the points.
    public var keepsAllGraphs = false
    /// Compute the activations of the model's blocks again instead of keeping them.
    public var recomputesBlocks = false
    /// Whether dropout and stochastic depth are drawn in training.
    public var drawsNoise = true

    public init(scenario: Scenario, explanation: any Explanation, target: Int) {
        self.scenario = scenario
        self.explanation = explanation
        self.target = target
    }

    public func evaluate(_ model: any Classifier, _ batch: Batch, noise: RandomGenerator)
        -> ObjectiveResult
    {
        let labels = batch.labels.sliced(1, target..<(target + 1)).values
        let weights = batch.labelWeights.sliced(1, target..<(target + 1)).values
        let targets = [Int](repeating: target, count: batch.count)
        return evaluate(
            model, batch.image, targets, labels, weights, goals(batch, labels, weights),
            noise: noise)
    }

    /// The goal of each sample's relevance; `nil` for one that has no location loss.
    private func goals(_ batch: Batch, _ labels: [Float], _ weights: [Float]) -> [Tensor?] {
        batch.masks.enumerated().map { index, mask in
            guard labels[index] == 1, weights[index] > 0 else { return nil }
            guard let mask else {
                return positivesWithoutMask == .zeros
                    ? .zeros(Array(batch.image.shape[1...2])) : nil
            }
            return scenario == .align ? mask : 1 - mask
        }
    }

    /// The objective for a class a sample.
    ///
    /// - Parameters:
    ///   - labels: of the targets, in `[0, 1]`
    ///   - weights: of the labels
    ///   - goals: `[height, width]` of the samples with a location loss
    public func evaluate(
        _ model: any Classifier, _ image: Tensor, _ targets: [Int], _ labels: [Float],
        _ weights: [Float], _ goals: [Tensor?],
        noise: RandomGenerator
    ) -> ObjectiveResult {
        let positives = goals.indices.filter { goals[$0] != nil }
        let samples = Samples(
            image: image, targets: targets, labels: labels, weights: weights,
            total: max(1e-12, weights.reduce(0, +)))
        var sum = ObjectiveSum(parameters: model.trainableParameters.map(\.value))
        let isPerSample = !model.hasBatchNorm || (batchNorm == .frozen && explanationMode == .eval)
        let isNoisy = model.hasNoise && drawsNoise,
            sharesForward = sharesForward && explanation.captures(of: model) != nil
        let seeds = positives.map { noise.stream("explanation \($0)").state }
        if sharesForward, weight != 0, !positives.isEmpty, !isNoisy, isPerSample {
            // Samples do not see each other: positives share their forward, the others need no
            // explanation.
            let others = goals.indices.filter { goals[$0] == nil }
            if !others.isEmpty {
                sum.add(classification: samples.classification(model, others, evaluationPass))
            }
            sum.add(shared(model, samples, positives, goals, evaluationPass))
        } else if sharesForward, weight != 0, !isNoisy, positives.count == goals.count,
            batchNorm == .train, explanationMode == .train
        {
            // The explanation's batch is the whole batch; the running statistics move twice, as
            // with two forwards.
            sum.add(
                shared(
                    model, samples, positives, goals,
                    Pass(.batch(updates: 2), recomputesBlocks: recomputesBlocks)))
        } else {
            let pass = batchNorm.trainingPass(
                model, noise: drawsNoise ? noise : nil, recomputesBlocks: recomputesBlocks)
            func addClassification() {
                sum.add(classification: samples.classification(model, Array(goals.indices), pass))
            }
            func addLocation() {
                guard !positives.isEmpty, weight != 0 else { return }
                let chosen = samples.image.gathered(positives, axis: 0)
                let subject = Subject(
                    model: model, image: chosen, targets: positives.map { targets[$0] },
                    pass: explanationPass(pass, noise),
                    outputSeed: outputSeed, seeds: seeds)
                let goal = stacked(positives.map { goals[$0]! })
                if let averaging = explanation as? any AveragingExplanation, !keepsAllGraphs {
                    let (loss, gradients) = averaging.trained(
                        through: subject, parameters: sum.parameters
                    ) {
                        location($0, goal) * weight
                    }
                    sum.add(location: loss.item / weight, weight: weight, gradients)
                } else {
                    sum.add(
                        location: location(
                            explanation.relevance(of: subject, createGraph: true), goal),
                        weight: weight)
                }
            }
            if model.hasBatchNorm {
                // The explanation sees the running statistics that the classification's forward has
                // moved, as in the published code.
                addClassification()
                addLocation()
            } else {
                // The larger graph first, before gradients take memory beside it; the sum is the
                // same to the bit.
                addLocation()
                addClassification()
            }
        }
        return sum.result
    }

    public func cause(of report: StepReport, in model: any Classifier) -> String {
        // A finite classification loss shows that the weights are sound: the explanation is not.
        guard report.classificationLoss.isFinite else {
            return "the classification loss is \(report.classificationLoss); "
                + "lower the learning rate"
        }
        let map = report.locationLoss.map { !$0.isFinite } ?? false
        let what = map ? "the location loss" : "the gradient through the explanation"
        let remedy =
            explanation is LRP && model.attentionKind != .none
            ? "LRP with this composite grows without bound on transformers: "
                + "train through attn_lrp or a gradient method"
            : "train through another explanation, or lower the learning rate"
        return "\(what) is not finite, and the classification loss is "
            + "\(report.classificationLoss): the cause is the explanation "
            + "\(explanation.name) on \(model.name); \(remedy)"
    }

    private var evaluationPass: Pass { Pass(.running, recomputesBlocks: recomputesBlocks) }

    private func explanationPass(_ training: Pass, _ noise: RandomGenerator) -> Pass {
        switch explanationMode {
        case .eval: evaluationPass
        case .train:
            // Draws of its own: dropout falls on other units than in the classification.
            Pass(
                training.normalisation,
                noise: training.noise == nil ? nil : noise.stream("explanation"),
                recomputesBlocks: recomputesBlocks)
        }
    }

    private func shared(
        _ model: any Classifier, _ samples: Samples, _ positives: [Int], _ goals: [Tensor?],
        _ pass: Pass
    ) -> (classification: Tensor, location: Tensor, weight: Float) {
        let image = samples.image.gathered(positives, axis: 0).asVariable
        let trace = model.trace(
            image, pass, capturing: explanation.captures(of: model) ?? Captures())
        let subject = Subject(
            model: model, image: image, targets: positives.map { samples.targets[$0] }, pass: pass,
            outputSeed: outputSeed,
            trace: trace)
        let relevance = explanation.relevance(of: subject, createGraph: true)
        return (
            samples.loss(trace.logits, positives),
            location(relevance, stacked(positives.map { goals[$0]! })), weight
        )
    }
}

/// What the classification loss is of.
private struct Samples {
    let image: Tensor, targets: [Int], labels: [Float], weights: [Float]
    /// The sum of the weights of the whole batch, over which every part's loss is a mean.
    let total: Float

    func classification(_ model: any Classifier, _ rows: [Int], _ pass: Pass) -> Tensor {
        let part = rows.count == targets.count ? image : image.gathered(rows, axis: 0)
        return loss(model.logits(part, pass), rows)
    }

    func loss(_ logits: Tensor, _ rows: [Int]) -> Tensor {
        let chosen = logits.picked(rows.map { targets[$0] })
        let weight = Tensor(rows.map { weights[$0] }, shape: [rows.count])
        return
            ((chosen.softplus() - chosen * Tensor(rows.map { labels[$0] }, shape: [rows.count]))
            * weight).sum() / total
    }
}

/// Adds losses and gradients, so that the graphs of separate forwards need not be alive together.
private struct ObjectiveSum {
    let parameters: [Tensor]
    private var gradients: [Tensor] = []
    private var classification: Float = 0
    private var location: Float?
    private var weight: Float = 0

    init(parameters: [Tensor]) { self.parameters = parameters }

    mutating func add(classification loss: Tensor) {
        classification += loss.item
        gradients.accumulate(gradient(of: loss, withRespectTo: parameters))
    }

    mutating func add(location loss: Tensor, weight: Float) {
        (location, self.weight) = (loss.item, weight)
        gradients.accumulate(gradient(of: loss * weight, withRespectTo: parameters))
    }

    mutating func add(location loss: Float, weight: Float, _ found: [Tensor]) {
        (location, self.weight) = (loss, weight)
        gradients.accumulate(found)
    }

    mutating func add(_ losses: (classification: Tensor, location: Tensor, weight: Float)) {
        classification += losses.classification.item
        (location, weight) = (losses.location.item, losses.weight)
        gradients.accumulate(
            gradient(
                of: losses.classification + losses.location * losses.weight,
                withRespectTo: parameters))
    }

    var result: ObjectiveResult {
        ObjectiveResult(
            loss: classification + weight * (location ?? 0), classificationLoss: classification,
            locationLoss: location,
            gradients: gradients)
    }
}

/// Tensors of one shape as a batch.
public func stacked(_ tensors: [Tensor]) -> Tensor {
    concatenate(tensors.map { $0.reshaped([1] + $0.shape) }, axis: 0)
}
