/// What one step did.
public struct StepReport: Sendable {
    /// Counted from 1.
    public var step: Int
    public var epoch: Int
    public var loss: Float
    public var classificationLoss: Float
    /// `nil` if no batch had a location loss.
    public var locationLoss: Float?
    /// Before clipping.
    public var gradientNorm: Float
    /// The learning rate.
    public var learningRate: Float
    public var images: Int
    public var batches: Int
    /// How many of the batches had a location loss.
    public var locatedBatches: Int
    /// The gradient of the location loss; `nil` in steps that do not measure it, and without a
    /// location loss.
    public var locationGradient: LocationGradient?
    /// What the explanations of the step are like.
    public var locationFacts = LocationFacts()
    /// Why the location loss trains nothing; `nil` where it does or where that is not known.
    public var causeOfDeadLocation: String?
}
