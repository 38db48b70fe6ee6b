import PlumblineModels
import PlumblineData
import PlumblineTensors

/// The classification loss over all classes, by the model's output kind.
///
/// It trains the starting model.
public struct SupervisedObjective: TrainingObjective {
    public var batchNorm: BatchNormMode
    public var loss: ClassificationLoss

    public init(
        batchNorm: BatchNormMode = .published, loss: ClassificationLoss = ClassificationLoss()
    ) {
        self.batchNorm = batchNorm
        self.loss = loss
    }

    public func evaluate(_ model: any Classifier, _ batch: Batch, noise: RandomGenerator)
        -> ObjectiveResult
    {
        let logits = model.logits(batch.image, batchNorm.trainingPass(model, noise: noise))
        let loss = self.loss(
            logits, batch.labels, weights: batch.labelWeights, model.output)
        let value = loss.item
        return ObjectiveResult(
            loss: value, classificationLoss: value, locationLoss: nil,
            gradients: gradient(of: loss, withRespectTo: model.trainableParameters.map(\.value)))
    }
}
