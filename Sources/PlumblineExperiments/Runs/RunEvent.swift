/// What a run says while it works. The terminal, a log file and a test subscribe to these
/// (``RunEvents/subscribe(_:)``); the library itself writes nothing to the terminal.
public enum RunEvent: Sendable, Equatable {
    /// A stage of `totalSteps` steps begins, of which `finishedSteps` were taken before.
    case stageBegan(stage: String, finishedSteps: Int, totalSteps: Int)
    /// An optimiser step was taken.
    case step(TrainingStep)
    /// An epoch ended and was judged.
    case epoch(TrainingEpoch)
    /// A stage has its last checkpoint at `path`.
    ///
    /// - Parameter wasFinished: it ended in an earlier run, and nothing was trained.
    case stageFinished(stage: String, path: String, wasFinished: Bool)
    /// Other long work, such as an evaluation, went on.
    case progress(WorkProgress)
    /// A line for people.
    case note(String)
    /// A line for people about something that may be wrong. The work goes on.
    case warning(String)
    /// A checkpoint or a state was written.
    case saved(path: String)
    /// The work ended early because a signal came.
    case interrupted(String)
    /// The run ended, with its results at `results`.
    case finished(results: String)
}

/// One optimiser step of a stage.
public struct TrainingStep: Sendable, Equatable {
    public var stage: String
    /// Counted from 1.
    public var step: Int
    public var totalSteps: Int
    /// Steps that earlier runs took.
    public var finishedBefore: Int
    public var loss: Float
    /// `nil` where no image of the step has a location loss.
    public var locationLoss: Float?
    public var gradientNorm: Float
    public var learningRate: Float
    /// Of this epoch so far.
    public var imagesPerSecond: Double
    /// What the threads that read images reach.
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

/// The judgement at the end of an epoch.
public struct TrainingEpoch: Sendable, Equatable {
    public var stage: String
    /// Counted from 1.
    public var epoch: Int
    public var totalEpochs: Int
    /// Whether images were judged; an AUROC of `nil` is then one that is not defined.
    public var isJudged: Bool
    public var auroc: Double?
    public var locationLoss: Double?
    /// Images whose location loss is not finite.
    public var imagesWithoutLocationLoss: Int
}

/// How far long work is.
public struct WorkProgress: Sendable, Equatable {
    public var title: String
    public var done: Int
    public var total: Int
    /// Work that was done before this process began it; it does not count towards the speed.
    public var finishedBefore = 0
    /// What is counted, with a space before it, such as " images"; may be empty.
    public var unit = ""
    /// More figures for people.
    public var figures = ""
    /// Seconds since the work began in this process.
    public var seconds: Double
}
