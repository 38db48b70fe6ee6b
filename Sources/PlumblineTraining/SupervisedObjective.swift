import PlumblineModels
import PlumblineData
import PlumblineTensors

/// Multi-label binary cross entropy over all classes: what makes the starting model.
public struct SupervisedObjective: TrainingObjective {
    public var batchNorm: BatchNormMode

    public init(batchNorm: BatchNormMode = .train) { self.batchNorm = batchNorm }

    public func evaluate(_ model: any Classifier, _ batch: Batch, noise: RandomGenerator)
        -> ObjectiveResult
    {
        let logits = model.logits(batch.image, batchNorm.trainingPass(model, noise: noise))
        let loss = logits.binaryCrossEntropy(batch.labels, weights: batch.labelWeights)
        let value = loss.item
        return ObjectiveResult(
            loss: value, classificationLoss: value, locationLoss: nil,
            gradients: gradient(of: loss, withRespectTo: model.trainableParameters.map(\.value)))
    }
}

/// What normalises in training.
public enum BatchNormMode: String, Sendable, CaseIterable {
    /// The batch's statistics, which move the running ones (published setting).
    case train
    /// The running statistics, which stay.
    case frozen

    func trainingPass(
        _ model: any Classifier, noise: RandomGenerator?, recomputesBlocks: Bool = false
    ) -> Pass {
        Pass(
            self == .train ? .batch(updates: 1) : .running, noise: model.hasNoise ? noise : nil,
            recomputesBlocks: recomputesBlocks)
    }
}
