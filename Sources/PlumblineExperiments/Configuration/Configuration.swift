import PlumblineTraining
import PlumblineData
import PlumblineExplanations
import PlumblineTensors

/// All settings of an experiment.
///
/// ``ConfigurationKeys`` gives each its key, its default and its meaning.
public struct Configuration: Sendable {
    public var output = "runs/experiment"
    public var seed = 0
    public var threads = 0
    public var checkpointMinutes = 5.0
    public var checkpoints = CheckpointSettings()
    public var data = DataSettings()
    public var model = ModelSettings()
    public var train = TrainingSettings(
        epochs: 0, batchSize: 16, accumulation: 1, clip: 0, rate: 1e-3)
    public var align = AlignmentSettings()
    public var evaluate = EvaluationSettings()
    public var explanation = ExplanationSettings()
    /// YAML file of the composite of `lrp_custom`.
    public var compositeFile = ""
    /// The store of starting models that runs share (`train.shared`); empty: none.
    public var sharedStarts = ""

    /// Where it was read from, for errors.
    public internal(set) var file = "configuration"
    /// The keys that the file or an override named.
    var givenKeys: Set<String> = []

    /// More threads than this are of no use on this machine.
    static var mostThreads: Int { 8 * availableProcessors }

    /// The methods that are judged.
    public var judgedExplanations: [String] {
        evaluate.explanations.isEmpty ? [align.explanation] : evaluate.explanations
    }

    public init() {}

    /// The methods' settings, with what follows from the preprocessing and the composite read from
    /// its file.
    ///
    /// - Throws: an error that names the composite's file and key.
    public func explanationSettings() throws -> ExplanationSettings {
        var settings = explanation
        let preprocessing = data.preprocessing
        settings.pixels =
            (0 - preprocessing.mean) / preprocessing.deviation...(1 - preprocessing.mean)
            / preprocessing.deviation
        if !compositeFile.isEmpty { settings.composite = try LRPComposite(file: compositeFile) }
        return settings
    }

    /// The seed of what is random in an image's explanation: its own, whatever images are beside
    /// it.
    func explanationSeed(_ image: String) -> UInt64 {
        RandomGenerator(seed: UInt64(seed)).stream("explanation \(image)").state
    }

    public struct Source: Sendable, Equatable {
        public var labels = "", images = "", masks = ""
    }

    public struct DataSettings: Sendable {
        public var classes = ["Cardiomegaly"]
        public var target = "Cardiomegaly"
        public var uncertainty = UncertaintyPolicy.zeros
        public var frontalOnly = true
        public var start = Source(), align = Source(), evaluate = Source()
        public var heldOut = 0.25
        /// The column that says which images belong together; empty: found in the path.
        public var group = ""
        /// Whether some images of evaluation may be trained on too.
        public var allowsOverlap = false
        public var selection = Selection.trainingLoss
        public var selectionShare = 0.2
        public var preprocessing = Preprocessing()
    }

    public struct ModelSettings: Sendable {
        public var name = "densenet121"
        public var configuration = "{}"
        public var weights = ""
        /// Under which key of the file; empty: where the most fit.
        public var weightsKey = ""
        public var pretraining = "from_scratch"
    }

    /// What training the starting model and fine-tuning it have in common.
    public struct TrainingSettings: Sendable {
        public var epochs: Int, batchSize: Int, accumulation: Int
        /// 0: no clipping.
        public var clip: Double
        public var rate: Double
        public var weightDecay = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8
        public var schedule = Schedule.Shape.constant
        public var warmUp = 0
        public var warmUpStart = Schedule.WarmUpStart.first
        public var divisor = FineTuningPlan.Divisor.batches
        public var batchNorm = BatchNormMode.train

        var plan: FineTuningPlan {
            var plan = FineTuningPlan()
            (plan.epochs, plan.accumulation, plan.clip) = (
                epochs, accumulation, clip > 0 ? Float(clip) : nil
            )
            plan.optimiser.rate = Float(rate)
            plan.optimiser.betas = (Float(beta1), Float(beta2))
            plan.optimiser.epsilon = Float(epsilon)
            plan.optimiser.weightDecay = Float(weightDecay)
            plan.schedule = Schedule(schedule, warmUp: warmUp, warmUpStart: warmUpStart)
            plan.divisor = divisor
            return plan
        }
    }

    public struct AlignmentSettings: Sendable {
        public var training = TrainingSettings(
            epochs: 25, batchSize: 4, accumulation: 4, clip: 0.5, rate: 1e-4)
        public var scenarios = [Scenario.align, .misalign]
        public var explanation = "gradient"
        public var lambda = 1.0
        public var rectifies = true
        public var outputSeed = OutputSeed.standard
        public var keepsAllGraphs = false
        public var checkpointed = false
        public var explanationMode = ExplanationMode.eval
        public var pairing = LocationPairing.own
        public var positivesWithoutMask = PositivesWithoutMask.skip
        public var sharesForward = true
        public var exactReference = false

        /// The objective of one scenario.
        func objective(_ scenario: Scenario, target: Int, _ settings: ExplanationSettings) throws
            -> AlignmentObjective
        {
            var objective = AlignmentObjective(
                scenario: scenario,
                explanation: try ExplanationRegistry.makeDifferentiable(explanation, settings),
                target: target)
            objective.keepsAllGraphs = keepsAllGraphs
            objective.recomputesBlocks = checkpointed
            objective.weight = Float(lambda)
            objective.location = LocationLoss(rectifies: rectifies, pairing: pairing)
            objective.outputSeed = outputSeed
            objective.batchNorm = training.batchNorm
            objective.explanationMode = explanationMode
            objective.positivesWithoutMask = positivesWithoutMask
            objective.sharesForward = sharesForward
            return objective
        }
    }

    /// Sets every key in which the published code of arXiv 2311.04813 differs from the default.
    ///
    /// A key that the file or the command line names keeps the value given there.
    ///
    /// - Parameter model: the architecture. The published DenseNet is MONAI's, whose last ReLU and
    ///   pooling are modules, so that zennit's rules of LRP cover them.
    mutating func usePublishedBehaviour(of model: String) {
        data.frontalOnly = false
        data.selection = .published
        align.outputSeed = .logit
        align.explanationMode = .train
        align.pairing = .allPairs
        align.positivesWithoutMask = .zeros
        align.sharesForward = false
        align.training.divisor = .accumulation
        align.training.warmUpStart = .zero
        explanation.lrpGradient = .truncated
        explanation.coversFunctions = model.hasPrefix("densenet")
        evaluate.outputSeed = .logit
    }

    /// What the best checkpoints of a stage are chosen by.
    public enum Selection: String, Sendable, CaseIterable {
        /// `best_location` by the mean location loss of an epoch's training steps.
        case trainingLoss = "training_loss"
        /// Both on a part of the training images that is held out of training.
        case heldOut = "held_out"
        /// Both on the reported images: the reported scores are then too good.
        case evaluation
        /// As the published code: `best_auroc` on the reported images, `best_location` by the
        /// training loss, in which a batch without a positive image counts as 0.
        case published

        /// Whether there is an AUROC to choose by.
        var hasAUROC: Bool { self != .trainingLoss }
    }

    public enum CheckpointChoice: String, Sendable, CaseIterable {
        case last
        case bestAUROC = "best_auroc"
        case bestLocation = "best_location"
    }

    /// What the folder of a stage keeps once the stage has ended.
    public struct CheckpointSettings: Sendable {
        /// The last is always among them: it says that the stage has ended.
        public var kept = CheckpointChoice.allCases
        /// Whether the last one keeps Adam's moments, twice the size of the weights.
        public var includesOptimiser = false
    }

    public struct EvaluationSettings: Sendable {
        /// Empty: the method trained through.
        public var explanations: [String] = []
        public var metrics = ["mass_accuracy", "rank_accuracy", "mask_area_share"]
        public var outputSeed = OutputSeed.standard
        public var checkpoint = CheckpointChoice.last
        /// How far apart two AUROCs may be to count as equal predictions.
        public var margin = 0.05
        public var batchSize = 8
        public var savesExplanations = false
        public var panelImages = 4
    }
}
