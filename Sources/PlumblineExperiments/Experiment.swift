import PlumblineTraining
import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// The main job: train or load a starting model, align and misalign its explanations, evaluate all
/// three, and store every figure.
public struct Experiment {
    public let configuration: Configuration
    private let data: ExperimentData
    private let target: Int
    private let startData: SelectionSplit
    private let alignData: SelectionSplit

    /// Checks everything that can be checked before the first step: files, columns, classes, model
    /// and method. Writes nothing.
    public init(_ configuration: Configuration) throws {
        if configuration.threads > 0 { setThreads(configuration.threads) }
        self.configuration = configuration
        target = configuration.data.classes.firstIndex(of: configuration.data.target)!
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
                "\(model.name) needs at least \(model.smallestImageSize) pixels a side")
        }
        let settings = try configuration.explanationSettings()
        try ExplanationRegistry.makeDifferentiable(configuration.align.explanation, settings).check(
            model)
        for method in configuration.judgedExplanations {
            try ExplanationRegistry.make(method, settings).check(model)
        }
    }

    public var resultsPath: String { "\(configuration.output)/results.h5" }

    /// Only the starting model.
    public func train() throws -> String {
        let lock = try open(scenarios: [])
        defer { withExtendedLifetime(lock) {} }
        _ = try startStage()
        return try checkpointPath("start")
    }

    /// All of it. Started again, it goes on from where it was.
    public func run() throws -> Results {
        try data.requireMasks(configuration)
        let scenarios = configuration.align.scenarios
        let lock = try open(scenarios: scenarios)
        defer { withExtendedLifetime(lock) {} }
        var curves = ["start": try startStage()]
        for scenario in scenarios { curves[scenario.rawValue] = try alignStage(scenario) }
        var results =
            FileManager.default.fileExists(atPath: resultsPath)
            ? try Results.read(resultsPath) : Results()
        results.margin = configuration.evaluate.margin
        for stage in ["start"] + scenarios.map(\.rawValue) {
            let (model, checkpoint) = try ModelStore.model(checkpointPath(stage))
            let validation = validation(model, data.evaluate)
            for method in configuration.judgedExplanations {
                let factors = try RunFactors(
                    checkpoint, data: configuration, explanation: method, scenario: stage,
                    choice: checkpointChoice(stage))
                let found = try validation.results(
                    method, factors, keepsMaps: configuration.evaluate.savesExplanations)
                results.replace(
                    run: found.run, images: found.images, curve: curves[stage],
                    explanations: found.maps)
            }
            try results.write(resultsPath)
        }
        return results
    }

    // MARK: The folder

    /// Takes the output folder for this process, and writes `config.yaml` once it is clear that
    /// the run goes on.
    ///
    /// - Throws: ``StorageError`` where another process holds the folder, or where a stage in it
    ///   was made under another identity. Nothing in the folder has changed then.
    private func open(scenarios: [Scenario]) throws -> FolderLock {
        try createFolder(configuration.output)
        let lock = try FolderLock(configuration.output)
        try TrainingStage.check(folder("start"), startIdentity())
        if !scenarios.isEmpty {
            let isStarted = FileManager.default.fileExists(
                atPath: TrainingStage.lastPath(folder("start")))
            let start = isStarted ? try ModelStore.model(checkpointPath("start")).model : nil
            let identity = try alignIdentity(start: start)
            for scenario in scenarios {
                try TrainingStage.check(folder(scenario.rawValue), identity)
            }
        }
        try Self.write(configuration.yaml(), to: "\(configuration.output)/config.yaml")
        return lock
    }

    private func folder(_ stage: String) -> String { "\(configuration.output)/\(stage)" }

    /// The checkpoint of a stage that is judged.
    ///
    /// - Throws: ``StorageError`` where none was the best.
    private func checkpointPath(_ stage: String) throws -> String {
        let path = "\(folder(stage))/\(checkpointChoice(stage).rawValue).h5"
        guard FileManager.default.fileExists(atPath: path) else {
            throw StorageError(
                path,
                "is not there: its figure was missing in every epoch; "
                    + "set evaluate.checkpoint: last")
        }
        return path
    }

    /// Which checkpoint of a stage is judged. A stage without steps has only its last; a starting
    /// model has no location loss to choose by.
    private func checkpointChoice(_ stage: String) -> Configuration.CheckpointChoice {
        let choice = configuration.evaluate.checkpoint
        if stage == "start" {
            return choice == .bestAUROC && configuration.train.epochs > 0 ? choice : .last
        }
        return configuration.align.training.epochs > 0 ? choice : .last
    }

    // MARK: The stages

    private static func freshModel(
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

    private func validation(_ model: any Classifier, _ dataset: ImageDataset) -> Validation {
        Validation(
            model: model, dataset: dataset, target: target,
            batchSize: configuration.evaluate.batchSize, configuration: configuration)
    }

    private func startIdentity() throws -> StageIdentity {
        try StageIdentity.start(configuration, startData)
    }

    private func alignIdentity(start: (any Classifier)?) throws -> StageIdentity {
        try StageIdentity.alignment(configuration, alignData, start: start)
    }

    private func startStage() throws -> Table {
        let model = try Self.startModel(configuration)
        return try TrainingStage(
            name: "start", folder: folder("start"), model: model,
            objective: SupervisedObjective(batchNorm: configuration.train.batchNorm),
            alignment: nil, training: configuration.train,
            dataset: startData.training,
            validation: startData.selection.map { validation(model, $0) },
            configuration: configuration, identity: startIdentity()
        ).run()
    }

    private func alignStage(_ scenario: Scenario) throws -> Table {
        let (model, _) = try ModelStore.model(checkpointPath("start"))
        let objective = try configuration.align.objective(
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

    // MARK: The panel

    /// A film with its mask and its heat maps under every model, for a picture.
    public struct PanelRow: Sendable {
        public var name: String
        public var film: RasterImage
        public var mask: Mask
        /// By stage: start and the scenarios.
        public var maps: [(title: String, map: HeatMap, massAccuracy: Measured)]
    }

    /// The first positive images of the evaluation set, at most `evaluate.panel_images`.
    public func panel(size: Int = 224) throws -> [PanelRow] {
        let validation = validation(try Self.freshModel(configuration), data.evaluate)
        let chosen = try data.evaluate.items.indices.lazy.filter { validation.isPositive($0) }
            .filter { try data.evaluate.mask($0) != nil }.prefix(configuration.evaluate.panelImages)
        var rows = try chosen.map { index in
            PanelRow(
                name: data.evaluate.items[index].key,
                film: try data.evaluate.film(index).resized(
                    height: size, width: size, antialias: true),
                mask: try data.evaluate.mask(index)!.resized(height: size, width: size), maps: [])
        }
        guard !rows.isEmpty else { return [] }
        let explanation = try ExplanationRegistry.make(
            configuration.judgedExplanations[0], configuration.explanationSettings())
        for stage in ["start"] + configuration.align.scenarios.map(\.rawValue) {
            let (model, _) = try ModelStore.model(checkpointPath(stage))
            for (place, index) in chosen.enumerated() {
                let image = data.evaluate.batch(
                    LoadedBatch(indices: [index], samples: [try data.evaluate.sample(index)])
                ).image
                let relevance = explanation.relevance(
                    of: Subject(
                        model: model, image: image, targets: [target], pass: .evaluation,
                        outputSeed: configuration.evaluate.outputSeed,
                        seeds: [configuration.explanationSeed(data.evaluate.items[index].key)]),
                    createGraph: false)
                let map = HeatMap(
                    relevance: relevance.reshaped(Array(relevance.shape.dropFirst())), height: size,
                    width: size)
                rows[place].maps.append((stage, map, massAccuracy(map, rows[place].mask.pixels)))
            }
        }
        return rows
    }

    private static func write(_ text: String, to path: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw StorageError(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}
