import PlumblineData
import PlumblineModels
import PlumblineTensors

/// The outcome of an objective on one batch.
public struct ObjectiveResult {
    /// What is minimised.
    public var loss: Float
    public var classificationLoss: Float
    /// `nil` where the batch has no positive sample with a goal.
    public var locationLoss: Float?
    /// With respect to the model's trainable parameters, in their order.
    public var gradients: [Tensor]
}

/// What a fine-tuning run minimises.
public protocol TrainingObjective {
    /// - Throws: ``ExplanationError`` if the objective is not defined on the model.
    func evaluate(_ model: any Classifier, _ batch: Batch, noise: RandomGenerator) throws
        -> ObjectiveResult

    /// Why the loss or its gradient is not finite in `report`, and what would help, in words.
    func cause(of report: StepReport, in model: any Classifier) -> String
}

extension TrainingObjective {
    public func cause(of report: StepReport, in model: any Classifier) -> String {
        "the loss is \(report.loss) and the gradient norm is \(report.gradientNorm); "
            + "lower the learning rate"
    }
}
