import PlumblineData
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

/// The fine-tuning of a model on images with removed pixels, for the metrics that remove pixels.
///
/// It is a stage like any other: it has an identity (the weights of the model, the settings of
/// `adapt`, `data` and `model`, and the contents of the training images), so all methods and later
/// evaluations find the same model, and it resumes after an interruption. It trains on the labels
/// alone, on the images of the starting model.
struct Adaptation {
    let removal: PixelRemoval
    private let configuration: Configuration
    private let data: SelectionSplit
    private let model: any Classifier
    let folder: StageFolder

    /// The name of its stage.
    static func stage(_ removal: PixelRemoval) -> String { "adapt_\(removal.rawValue)" }

    /// Whether a stage of this name is an adaptation.
    static func isStage(_ name: String) -> Bool { PixelRemoval.allCases.map(stage).contains(name) }

    /// Reads the labels of the training images, and identifies the stage.
    ///
    /// - Parameters:
    ///   - model: it is not changed, except by ``run(from:)``.
    ///   - digest: of the model's weights.
    ///   - configuration: of the evaluation.
    /// - Throws: an error if labels or images cannot be read.
    init(
        _ removal: PixelRemoval, of model: any Classifier, digest: String,
        _ configuration: Configuration, _ digests: FileDigests
    ) throws {
        let settings = configuration.adapting(model, to: removal)
        let images = try settings.adaptationImages()
        let dataset = try images.dataset(settings.data, isTraining: true)
        let data = try SelectionSplit(dataset, reported: dataset, settings)
        self.removal = removal
        self.configuration = settings
        self.data = data
        self.model = model
        folder = try StageFolder(
            .adaptation(removal, ofWeights: digest, settings, data, digests),
            onlyIn: configuration.adaptedStore)
    }

    /// Trains the model, or finds it.
    ///
    /// - Parameters:
    ///   - checkpoint: of the model before.
    ///   - path: its file, for errors.
    /// - Returns: the path of the adapted checkpoint.
    /// - Throws: ``Interrupted`` after a signal; an error if a file cannot be read or written.
    func run(from checkpoint: Checkpoint, path: String) throws -> String {
        try createFolder(configuration.adaptedStore)
        return try folder.lockedInStore {
            if folder.isFinished {
                try folder.identity.check(Checkpoint.facts(folder.lastPath), folder.lastPath)
                RunEvents.emit(
                    .stageFinished(
                        stage: folder.identity.stage, path: folder.lastPath, wasFinished: true))
                return folder.lastPath
            }
            _ = try TrainingStage(
                folder: folder, model: ModelStore.model(checkpoint, path: path),
                objective: configuration.train.supervisedObjective, alignment: nil,
                training: configuration.train, dataset: data.training, validation: nil,
                configuration: configuration
            ).run()
            return folder.lastPath
        }
    }

    /// The adapted model, if it was trained.
    ///
    /// - Throws: ``StorageError`` if it cannot be read.
    func trainedModel() throws -> (any Classifier)? {
        guard folder.isFinished else { return nil }
        let (model, checkpoint) = try ModelStore.model(folder.lastPath)
        try folder.identity.check(checkpoint, folder.lastPath)
        return model
    }
}

extension Configuration {
    /// Where adapted models are.
    var adaptedStore: String {
        if !evaluate.adaptedModels.isEmpty { return evaluate.adaptedModels }
        return sharedStages.isEmpty ? "\(output)/adapted" : sharedStages
    }

    /// The configuration of the stage that adapts a model: `adapt` in the place of `train`.
    fileprivate func adapting(_ model: any Classifier, to removal: PixelRemoval) -> Configuration {
        var result = self
        result.train = adapt
        result.permutesLabels = false
        result.data.augmentation.removal = removal
        // No checkpoint is chosen.
        result.data.selection = .trainingLoss
        result.checkpoints = CheckpointSettings()
        // The digest of the weights stands for how the model was made.
        result.model = ModelSettings()
        result.model.name = model.name
        result.model.configuration = model.configuration.json
        result.model.output = model.output
        return result
    }

    /// The images of the starting model, or of the alignment if it has none of its own.
    fileprivate func adaptationImages() throws -> LabelledImages {
        let hasStart = data.start.isGiven
        let sections = try DataSections(
            self, needsStart: hasStart, needsAlignment: !(hasStart && data.evaluate.isGiven),
            isQuiet: true)
        if let images = sections.start ?? sections.align { return images }
        throw ConfigurationError(file, "data.align.labels", "images to train on are wanted")
    }

    /// Whether there are images to adapt a model on.
    var namesTrainingImages: Bool { data.start.isGiven || data.align.isGiven }
}
