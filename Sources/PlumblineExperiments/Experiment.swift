import PlumblineTraining
import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// A whole experiment.
///
/// It trains or loads a starting model, aligns and misaligns its explanations, evaluates all three
/// models, and stores the results.
public struct Experiment {
    public let configuration: Configuration
    let data: ExperimentData
    let target: Int
    let startData: SelectionSplit
    let alignData: SelectionSplit
    private let startIdentity: StageIdentity
    /// The starting model in the store of `train.shared`; `nil` if that key is empty.
    let shared: SharedStart?

    /// Checks everything that can be checked before the first step.
    ///
    /// Writes nothing.
    ///
    /// Files, columns, classes, the model and the methods are checked.
    ///
    /// - Throws: an error that names the file or the key that is wrong.
    public init(_ configuration: Configuration) throws {
        let configuration = try configuration.takingPreprocessingOfWeights()
        let resolved = try configuration.validated()
        if configuration.threads > 0 { setThreads(configuration.threads) }
        self.configuration = configuration
        target = resolved.target
        data = try ExperimentData(configuration, needsStart: configuration.train.epochs > 0)
        startData = try SelectionSplit(data.start, reported: data.evaluate, configuration)
        alignData = try SelectionSplit(data.align, reported: data.evaluate, configuration)
        let model = try Self.freshModel(configuration)
        if let size = model.imageSize, size != configuration.data.preprocessing.size {
            throw ConfigurationError(
                configuration.file, "data.size",
                "\(model.name) takes \(size), not \(configuration.data.preprocessing.size) "
                    + "(or set model.config: {\"img_size\": ...})")
        }
        guard configuration.data.preprocessing.size >= model.smallestImageSize else {
            throw ConfigurationError(
                configuration.file, "data.size",
                "\(model.name) needs at least \(model.smallestImageSize) pixels per side")
        }
        let settings = try configuration.explanationSettings()
        try ExplanationRegistry.makeDifferentiable(configuration.align.explanation, settings).check(
            model)
        for method in configuration.judgedExplanations {
            try ExplanationRegistry.make(method, settings).check(model)
        }
        let identity = try StageIdentity.start(configuration, startData)
        startIdentity = identity
        shared =
            configuration.sharedStarts.isEmpty
            ? nil : try SharedStart(store: configuration.sharedStarts, identity: identity)
    }

    public var resultsPath: String { "\(configuration.output)/results.h5" }

    /// Trains the starting model only.
    ///
    /// - Returns: the path of its checkpoint.
    public func train() throws -> String {
        let lock = try open(scenarios: [])
        defer { withExtendedLifetime(lock) {} }
        _ = try startStage()
        return try checkpointPath("start")
    }

    /// Runs the whole experiment.
    ///
    /// A second call resumes the first one.
    ///
    /// - Throws: ``Interrupted`` after a signal; an error if a file cannot be read or written.
    public func run() throws -> Results {
        try data.requireMasks(configuration)
        let scenarios = configuration.align.scenarios
        let lock = try open(scenarios: scenarios)
        defer { withExtendedLifetime(lock) {} }
        try announce()
        var curves = ["start": try startStage()]
        for scenario in scenarios { curves[scenario.rawValue] = try alignStage(scenario) }
        var results =
            FileManager.default.fileExists(atPath: resultsPath)
            ? try Results.read(resultsPath) : Results()
        results.margin = configuration.evaluate.margin
        for stage in ["start"] + scenarios.map(\.rawValue) {
            let (model, checkpoint) = try ModelStore.model(checkpointPath(stage))
            let entries = try validation(model, data.evaluate).entries(
                of: checkpoint, scenario: stage, choice: checkpointChoice(stage))
            for var entry in entries {
                entry.curve = curves[stage]
                results.replace(entry)
            }
            try results.write(resultsPath)
        }
        RunEvents.emit(.finished(results: resultsPath))
        return results
    }

    // MARK: The folder

    /// Locks the output folder for this process, and writes `config.yaml` after all checks.
    ///
    /// - Throws: ``StorageError`` if another process holds the folder, or if a stage in it was made
    ///   under another identity. Then nothing in the folder has changed.
    private func open(scenarios: [Scenario]) throws -> FolderLock {
        try createFolder(configuration.output)
        let lock = try FolderLock(configuration.output)
        try checkStages(scenarios)
        try Self.write(configuration.yaml(), to: "\(configuration.output)/config.yaml")
        return lock
    }

    /// - Throws: ``StorageError`` if an existing stage was made under another identity.
    func checkStages(_ scenarios: [Scenario]) throws {
        // A shared starting model is named by its identity, and another process may train it.
        if shared == nil { try TrainingStage.check(folder("start"), startIdentity) }
        if !scenarios.isEmpty {
            let isStarted = FileManager.default.fileExists(
                atPath: TrainingStage.lastPath(folder("start")))
            let start = isStarted ? try ModelStore.model(checkpointPath("start")).model : nil
            let identity = try alignIdentity(start: start)
            for scenario in scenarios {
                try TrainingStage.check(folder(scenario.rawValue), identity)
            }
        }
    }

    func folder(_ stage: String) -> String {
        if stage == "start", let shared { return shared.folder }
        return "\(configuration.output)/\(stage)"
    }

    /// The checkpoint of a stage that is evaluated.
    ///
    /// - Throws: ``StorageError`` if the stage has no such checkpoint.
    func checkpointPath(_ stage: String) throws -> String {
        let path = "\(folder(stage))/\(checkpointChoice(stage).rawValue).h5"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StorageError(
                path,
                "does not exist: its score was missing in every epoch, or checkpoints.keep left "
                    + "it out; set evaluate.checkpoint: last")
        }
        return path
    }

    /// Which checkpoint of a stage is evaluated.
    ///
    /// A stage without steps has only its last one. A starting model has no location loss to choose
    /// by.
    private func checkpointChoice(_ stage: String) -> Configuration.CheckpointChoice {
        let choice = configuration.evaluate.checkpoint
        if stage == "start" {
            return choice == .bestAUROC && configuration.train.epochs > 0 ? choice : .last
        }
        return configuration.align.training.epochs > 0 ? choice : .last
    }

    // MARK: The stages

    static func freshModel(
        _ configuration: Configuration, _ settings: ModelConfiguration? = nil
    ) throws -> any Classifier {
        try ModelRegistry.make(
            configuration.model.name, classes: configuration.data.classes.count,
            configuration: ModelRegistry.fitted(
                settings ?? ModelConfiguration(json: configuration.model.configuration),
                to: configuration.model.name,
                size: configuration.data.preprocessing.size,
                channels: configuration.data.preprocessing.channels),
            seed: UInt64(configuration.seed))
    }

    /// The starting model with the weights that it begins with.
    private static func startModel(_ configuration: Configuration) throws -> any Classifier {
        let path = configuration.model.weights
        guard !path.isEmpty else { return try freshModel(configuration) }
        let (model, report) = try WeightImport.model(
            ModelConfiguration(json: configuration.model.configuration), weights: path,
            key: configuration.model.weightsKey
        ) { try freshModel(configuration, $0) }
        for line in report.lines { Progress.note("\(path): \(line)") }
        return model
    }

    func validation(_ model: any Classifier, _ dataset: ImageDataset) -> Validation {
        Validation(
            model: model, dataset: dataset, target: target, configuration: configuration)
    }

    private func alignIdentity(start: (any Classifier)?) throws -> StageIdentity {
        try StageIdentity.alignment(configuration, alignData, start: start)
    }

    private func startStage() throws -> Table {
        guard let shared else { return try trainStart() }
        let curve = try shared.locked { try trainStart() }
        try shared.link(at: "\(configuration.output)/start")
        return curve
    }

    private func trainStart() throws -> Table {
        let model = try Self.startModel(configuration)
        return try TrainingStage(
            name: "start", folder: folder("start"), model: model,
            objective: SupervisedObjective(batchNorm: configuration.train.batchNorm),
            alignment: nil, training: configuration.train,
            dataset: startData.training,
            validation: startData.selection.map { validation(model, $0) },
            configuration: configuration, identity: startIdentity,
            // Other runs may evaluate another checkpoint.
            keptCheckpoints: shared == nil
                ? nil : Set(Configuration.CheckpointChoice.allCases)
        ).run()
    }

    private func alignStage(_ scenario: Scenario) throws -> Table {
        let (model, _) = try ModelStore.model(checkpointPath("start"))
        let objective = try configuration.align.makeObjective(
            scenario, target: target, configuration.explanationSettings())
        return try TrainingStage(
            name: scenario.rawValue, folder: folder(scenario.rawValue),
            model: model, objective: objective,
            alignment: objective, training: configuration.align.training,
            dataset: alignData.training,
            validation: alignData.selection.map { validation(model, $0) },
            configuration: configuration, identity: alignIdentity(start: model)
        ).run()
    }

    private static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw StorageError(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
