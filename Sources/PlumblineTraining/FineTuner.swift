import PlumblineModels
import PlumblineData
import PlumblineTensors

/// Takes optimiser steps.
///
/// A step depends only on the weights, the optimiser's state, the seed and its own number. A run
/// that is resumed after any step therefore ends with the same bits.
public final class FineTuner {
    public let model: any Classifier
    public let objective: any TrainingObjective
    public let plan: FineTuningPlan
    public let optimiser: AdamW
    public let stepsPerEpoch: Int
    /// The processes that share the batches of a step; `nil` for a single process.
    public var team: (any TrainingTeam)?
    /// Steps taken so far.
    public var step: Int { optimiser.step }
    public var totalSteps: Int { plan.epochs * stepsPerEpoch }
    public var isFinished: Bool { step >= totalSteps }

    /// - Parameter batches: the number of batches of an epoch.
    public init(
        _ model: any Classifier, _ objective: any TrainingObjective, plan: FineTuningPlan,
        batches: Int
    ) {
        self.model = model
        self.objective = objective
        self.plan = plan
        optimiser = AdamW(model.trainableParameters, settings: plan.optimiser)
        stepsPerEpoch = max(1, (batches + plan.accumulation - 1) / plan.accumulation)
    }

    /// The epoch of the next step, and the numbers of its batches within the epoch.
    ///
    /// - Parameter batches: the number of batches of an epoch.
    public func next(batches: Int) -> (epoch: Int, batches: Range<Int>) {
        let (epoch, stepInEpoch) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let first = stepInEpoch * plan.accumulation
        return (epoch, first..<min(batches, first + plan.accumulation))
    }

    /// Takes one optimiser step over `batches`.
    ///
    /// - Throws: ``DivergenceError`` if the loss or the gradient is not finite. The weights are
    ///   then as before.
    public func take(_ batches: [Batch]) throws -> StepReport {
        let noise = stepNoise
        var sum: [Tensor] = []
        var locationSum: [Tensor] = []
        let separatesLocation = plan.gradientEvery > 0 && step % plan.gradientEvery == 0
        var report = emptyReport(batches: batches.count)
        var locationLosses: [Float] = []
        for (index, batch) in batches.enumerated() {
            let result = try objective.evaluate(
                model, batch, noise: noise.stream("batch \(index)"),
                separatesLocation: separatesLocation)
            report.loss += result.loss / Float(batches.count)
            report.classificationLoss += result.classificationLoss / Float(batches.count)
            report.images += batch.count
            if let location = result.locationLoss { locationLosses.append(location) }
            sum.accumulate(result.gradients)
            if let gradients = result.locationGradients { locationSum.accumulate(gradients) }
            report.locationFacts += result.locationFacts
        }
        if !locationSum.isEmpty {
            let gradient = LocationGradient(
                locationSum, of: sum, scale: Double(average(over: batches.count)))
            report.locationGradient = gradient
            if gradient.isDead {
                report.causeOfDeadLocation = try objective.causeOfDeadLocation(
                    report.locationFacts, in: model, batches)
            }
        }
        return try finish(report, locationLosses, sum)
    }

    /// What the sum of the gradients of a step's batches is multiplied by.
    private func average(over batches: Int) -> Float {
        1 / Float(plan.divisor == .batches ? batches : plan.accumulation)
    }

    /// What dropout of the next step is drawn from.
    var stepNoise: RandomGenerator {
        RandomGenerator(seed: plan.seed).stream("noise \(step)")
    }

    /// The report of the next step before its batches are computed.
    func emptyReport(batches: Int) -> StepReport {
        StepReport(
            step: step + 1, epoch: step / stepsPerEpoch, loss: 0, classificationLoss: 0,
            locationLoss: nil, gradientNorm: 0,
            learningRate: plan.optimiser.learningRate
                * plan.schedule.factor(step: step, total: totalSteps),
            images: 0, batches: batches, locatedBatches: 0)
    }

    /// Ends a step: checks, clips and applies the sum of the batches' gradients.
    func finish(_ report: StepReport, _ locationLosses: [Float], _ sum: [Tensor]) throws
        -> StepReport
    {
        var report = report
        report.locatedBatches = locationLosses.count
        if !locationLosses.isEmpty {
            report.locationLoss = locationLosses.reduce(0, +) / Float(locationLosses.count)
        }
        let average = average(over: report.batches)
        report.gradientNorm = globalNorm(sum) * average
        guard report.loss.isFinite, report.gradientNorm.isFinite else {
            throw DivergenceError(
                description: "step \(step + 1): \(objective.cause(of: report, in: model))")
        }
        // As in PyTorch's clip_grad_norm_.
        let scale = plan.clip.map { min(1, $0 / (report.gradientNorm + 1e-6)) } ?? 1
        optimiser.update(sum, learningRate: report.learningRate, scale: scale * average)
        return report
    }
}
