import PlumblineModels
import PlumblineData
import PlumblineTensors

/// Multi-label binary cross entropy over all classes.
///
/// It trains the starting model.
public struct SupervisedObjective: TrainingObjective {
    public var batchNorm: BatchNormMode

    public init(batchNorm: BatchNormMode = .published) { self.batchNorm = batchNorm }

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
