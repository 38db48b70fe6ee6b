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
    /// The part of ``gradients`` that the weighted location loss gives; `nil` if that was not asked
    /// for, or if there is no location loss.
    public var locationGradients: [Tensor]?
    /// What the explanations of the batch are like.
    public var locationFacts = LocationFacts()
}

/// What a fine-tuning run minimises.
public protocol TrainingObjective {
    /// - Throws: ``ExplanationError`` if the objective is not defined on the model.
    func evaluate(_ model: any Classifier, _ batch: Batch, noise: RandomGenerator) throws
        -> ObjectiveResult

    /// The same, which may give the gradient of the location loss apart too.
    ///
    /// The other results are the same bit for bit.
    func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator, separatesLocation: Bool
    ) throws -> ObjectiveResult

    /// Why the gradient of the location loss is nearly 0 on some batches, in words.
    ///
    /// - Throws: ``ExplanationError`` if the objective is not defined on the model.
    func causeOfDeadLocation(
        _ facts: LocationFacts, in model: any Classifier, _ batches: [Batch]
    ) throws -> String

    /// Why the loss or its gradient is not finite in `report`, and what would help, in words.
    func cause(of report: StepReport, in model: any Classifier) -> String
}

extension TrainingObjective {
    public func evaluate(
        _ model: any Classifier, _ batch: Batch, noise: RandomGenerator, separatesLocation: Bool
    ) throws -> ObjectiveResult { try evaluate(model, batch, noise: noise) }

    public func causeOfDeadLocation(
        _ facts: LocationFacts, in model: any Classifier, _ batches: [Batch]
    ) -> String { "its cause is not known" }

    public func cause(of report: StepReport, in model: any Classifier) -> String {
        "the loss is \(report.loss) and the gradient norm is \(report.gradientNorm); "
            + "lower the learning rate"
    }
}
