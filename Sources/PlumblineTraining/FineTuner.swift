import PlumblineExplanations
import PlumblineModels
import PlumblineData
import PlumblineTensors

/// The settings of a fine-tuning run; the defaults are the paper's.
public struct FineTuningPlan: Sendable, Equatable {
    public var epochs = 25
    /// Batches whose gradients are averaged into one step.
    public var accumulation = 4
    /// What the summed gradients of a step are divided by.
    public enum Divisor: String, Sendable, CaseIterable {
        /// The number of batches in this step: the last step of an epoch may have fewer.
        case batches
        /// Always ``accumulation``, as Lightning divides in the published code.
        case accumulation
    }
    public var divisor = Divisor.batches
    /// The largest gradient norm, or `nil`.
    public var clip: Float? = 0.5
    public var optimiser = AdamW.Settings()
    public var schedule = Schedule()
    public var seed: UInt64 = 0
    public init() {}
}

/// What one step did.
public struct StepReport: Sendable {
    /// Counted from 1.
    public var step: Int
    public var epoch: Int
    public var loss: Float, classificationLoss: Float
    public var locationLoss: Float?
    public var gradientNorm: Float
    public var rate: Float
    public var images: Int
    /// How many batches there were, and how many of them had a location loss.
    public var batches: Int
    public var locatedBatches: Int
}

/// A loss that is no number any more.
public struct DivergenceError: Error, CustomStringConvertible {
    public let description: String
}

/// Takes optimiser steps. Every step depends on the weights, the optimiser's state, the seed and
/// its own number alone, so that a run that is resumed after any step ends with the same bits.
public final class FineTuner {
    public let model: any Classifier
    public let objective: any TrainingObjective
    public let plan: FineTuningPlan
    public let optimiser: AdamW
    public let stepsPerEpoch: Int
    /// Steps taken so far.
    public var step: Int { optimiser.step }
    public var totalSteps: Int { plan.epochs * stepsPerEpoch }
    public var isFinished: Bool { step >= totalSteps }

    /// - Parameter batches: how many batches an epoch has.
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

    /// The epoch of the next step and its batches' numbers within the epoch.
    public func next(batches: Int) -> (epoch: Int, batches: Range<Int>) {
        let (epoch, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let first = place * plan.accumulation
        return (epoch, first..<min(batches, first + plan.accumulation))
    }

    /// One optimiser step over `batches`.
    /// - Throws: ``DivergenceError`` where the loss or the gradient is not finite; the weights are
    ///   then as before.
    public func take(_ batches: [Batch]) throws -> StepReport {
        let epoch = step / stepsPerEpoch
        let noise = RandomGenerator(seed: plan.seed).stream("noise \(step)")
        var sum: [Tensor] = []
        var report = StepReport(
            step: step + 1, epoch: epoch, loss: 0, classificationLoss: 0, locationLoss: nil,
            gradientNorm: 0,
            rate: plan.optimiser.rate * plan.schedule.factor(step: step, total: totalSteps),
            images: 0, batches: batches.count, locatedBatches: 0)
        var located: [Float] = []
        for (index, batch) in batches.enumerated() {
            let result = objective.evaluate(model, batch, noise: noise.stream("batch \(index)"))
            report.loss += result.loss / Float(batches.count)
            report.classificationLoss += result.classificationLoss / Float(batches.count)
            report.images += batch.count
            if let location = result.locationLoss { located.append(location) }
            sum.accumulate(result.gradients)
        }
        report.locatedBatches = located.count
        if !located.isEmpty { report.locationLoss = located.reduce(0, +) / Float(located.count) }
        let divisor = plan.divisor == .batches ? batches.count : plan.accumulation
        let average = 1 / Float(divisor)
        report.gradientNorm = globalNorm(sum) * average
        guard report.loss.isFinite, report.gradientNorm.isFinite else {
            throw DivergenceError(
                description: "step \(step + 1): \(objective.cause(of: report, in: model))")
        }
        // PyTorch's clip_grad_norm_.
        let scale = plan.clip.map { min(1, $0 / (report.gradientNorm + 1e-6)) } ?? 1
        optimiser.update(sum, rate: report.rate, scale: scale * average)
        return report
    }
}
