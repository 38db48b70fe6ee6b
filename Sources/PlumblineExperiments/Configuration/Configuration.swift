import PlumblineExplanations
import PlumblineTensors

/// All settings of an experiment.
///
/// Each section declares its keys beside its properties. ``ConfigurationKeys`` mounts them.
public struct Configuration: Sendable {
    public var output = "runs/experiment"
    public var seed = 0
    /// The seed of the starting model (`train.seed`); -1 for ``seed``.
    public var startSeed = -1
    /// The seed of the fine-tunes (`align.seed`); -1 for ``seed``.
    public var alignSeed = -1
    /// 0 for as many threads as the process may use.
    public var threads = 0
    public var checkpointMinutes = 5.0
    public var checkpoints = CheckpointSettings()
    public var data = DataSettings()
    public var model = ModelSettings()
    public var train = TrainingSettings.startingModel
    public var align = AlignmentSettings()
    /// The fine-tuning on images with removed pixels (`plumbline adapt`).
    public var adapt = TrainingSettings.adaptation
    public var evaluate = EvaluationSettings()
    public var explanation = ExplanationSettings()
    /// YAML file of the composite of `lrp_custom`.
    public var compositeFile = ""
    /// The store of stages that runs share (`train.shared`); empty for none.
    public var sharedStages = ""
    /// Whether the starting model is trained on permuted labels (`train.permuted_labels`).
    public var permutesLabels = false

    /// The file that it was read from, for errors.
    public internal(set) var file = "configuration"
    /// The keys that the file or an override names.
    var givenKeys: Set<String> = []

    /// The largest useful number of threads on this machine.
    static var mostThreads: Int { 8 * availableProcessors }

    /// The methods that are evaluated.
    public var evaluatedExplanations: [String] {
        evaluate.explanations.isEmpty ? [align.explanation] : evaluate.explanations
    }

    public init() {}

    /// The settings of the methods, with the range of pixels and the composite.
    ///
    /// The range of pixels follows from the preprocessing. The composite is read from its file.
    ///
    /// - Throws: an error that names the composite's file and key.
    public func explanationSettings() throws -> ExplanationSettings {
        var settings = explanation
        settings.pixels = data.preprocessing.range
        if !compositeFile.isEmpty { settings.composite = try LRPComposite(file: compositeFile) }
        return settings
    }

    /// The seed of a stage: its own one, if it has one.
    ///
    /// - Parameter stage: `start`, or the name of a scenario or of an adaptation.
    func seed(ofStage stage: String, isAlignment: Bool) -> Int {
        if isAlignment { return alignSeed < 0 ? seed : alignSeed }
        return stage == "start" && startSeed >= 0 ? startSeed : seed
    }

    /// The seed of everything random in the explanation of an image.
    ///
    /// It does not depend on the other images.
    func explanationSeed(_ image: String) -> UInt64 {
        RandomGenerator(seed: UInt64(seed)).stream("explanation \(image)").state
    }
}
