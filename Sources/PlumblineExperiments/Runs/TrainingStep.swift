/// One optimiser step of a stage.
public struct TrainingStep: Sendable, Equatable {
    public var stage: String
    /// Counted from 1.
    public var step: Int
    public var totalSteps: Int
    /// The number of steps that earlier runs took.
    public var finishedBefore: Int
    public var loss: Float
    /// `nil` if no image of the step has a location loss.
    public var locationLoss: Float?
    public var gradientNorm: Float
    public var learningRate: Float
    /// The mean of this epoch so far.
    public var imagesPerSecond: Double
    /// The speed of the threads that read images.
    public var loaderImagesPerSecond: Double
    /// Seconds since the stage began in this process.
    public var seconds: Double

    package init(
        stage: String, step: Int, totalSteps: Int, finishedBefore: Int, loss: Float,
        locationLoss: Float?, gradientNorm: Float, learningRate: Float, imagesPerSecond: Double,
        loaderImagesPerSecond: Double, seconds: Double
    ) {
        self.stage = stage
        self.step = step
        self.totalSteps = totalSteps
        self.finishedBefore = finishedBefore
        self.loss = loss
        self.locationLoss = locationLoss
        self.gradientNorm = gradientNorm
        self.learningRate = learningRate
        self.imagesPerSecond = imagesPerSecond
        self.loaderImagesPerSecond = loaderImagesPerSecond
        self.seconds = seconds
    }
}
