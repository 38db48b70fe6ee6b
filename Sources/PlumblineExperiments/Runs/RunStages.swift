import PlumblineData
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

/// The stages of a run: where each one is, and how it is trained.
///
/// The checkpoint that the scenarios start from is read from its file at most once.
final class RunStages {
    let configuration: Configuration
    let startData: SelectionSplit
    /// The images of the scenarios, with the masks of `data.align`.
    let alignData: SelectionSplit
    /// The images of scenarios with masks of their own.
    private let dataOfScenarios: [Scenario: SelectionSplit]
    private let target: TargetClass
    let digests: FileDigests
    private let startIdentity: StageIdentity
    private var scenarioIdentities: [Scenario: StageIdentity] = [:]
    private var start: StartingModel?
    /// The processes that train the starting model together; `nil` for this one alone.
    var team: MPITeam?

    /// The checkpoint that the scenarios start from.
    private struct StartingModel {
        let checkpoint: Checkpoint
        let path: String
        /// The digest of its weights.
        let digest: String
    }

    /// Reads the input files of the starting model, to identify it.
    ///
    /// - Throws: an error if the images cannot be split or an input file cannot be read.
    init(
        _ configuration: Configuration, _ data: ExperimentData, target: TargetClass,
        scenarios: [Scenario]
    ) throws {
        self.configuration = configuration
        self.target = target
        startData = try SelectionSplit(data.start, reported: data.evaluate, configuration)
            .permutingLabels(configuration)
        alignData = try SelectionSplit(data.align, reported: data.evaluate, configuration)
            .annotating(configuration)
        dataOfScenarios = try scenarios.reduce(into: [:]) { found, scenario in
            guard scenario.goal.target == .file else { return }
            found[scenario] = try Self.data(scenario, configuration)
        }
        digests = FileDigests(configuration.digestFile)
        startIdentity = try StageIdentity.start(configuration, startData, digests)
    }

    /// The images of a scenario, with the masks that its goal is made of.
    func data(of scenario: Scenario) -> SelectionSplit { dataOfScenarios[scenario] ?? alignData }

    /// Reads the masks of a scenario with a file of its own.
    private static func data(
        _ scenario: Scenario, _ configuration: Configuration
    ) throws -> SelectionSplit {
        let own = configuration.with(scenario)
        let data = try ExperimentData(own, needsStart: false)
        try data.requireMasks(own)
        return try SelectionSplit(data.align, reported: data.evaluate, own).annotating(own)
    }

    /// Remembers the digests of input files for later runs.
    func saveDigests() throws {
        if !configuration.sharedStages.isEmpty { try createFolder(configuration.sharedStages) }
        try digests.save()
    }

    // MARK: Where they are

    func startFolder() throws -> StageFolder { try folder(startIdentity) }

    /// The folder of a scenario.
    ///
    /// - Returns: `nil` if it is in the store of `train.shared` and the starting model, which is
    ///   part of its name, is not trained yet.
    func folder(_ scenario: Scenario) throws -> StageFolder? {
        if let start = try startIfTrained() { return try folder(scenario, from: start) }
        let own = try StageFolder(identity(scenario), output: configuration.output, store: "")
        return configuration.sharedStages.isEmpty || own.isTrainedHere ? own : nil
    }

    private func folder(_ scenario: Scenario, from start: StartingModel) throws -> StageFolder {
        try folder(identity(scenario).starting(fromWeights: start.digest))
    }

    private func folder(_ identity: StageIdentity) throws -> StageFolder {
        try StageFolder(
            identity, output: configuration.output, store: configuration.sharedStages)
    }

    private func identity(_ scenario: Scenario) throws -> StageIdentity {
        if let identity = scenarioIdentities[scenario] { return identity }
        let identity = try StageIdentity.alignment(
            scenario, configuration.with(scenario), data(of: scenario), digests)
        scenarioIdentities[scenario] = identity
        return identity
    }

    /// - Throws: ``StorageError`` if an existing stage was made under another identity.
    func check(_ scenarios: [Scenario]) throws {
        try startFolder().check()
        for scenario in scenarios {
            if let folder = try folder(scenario) {
                try folder.check()
            } else {
                try StageFolder.requireRoomForLink(
                    "\(configuration.output)/\(scenario.name)")
            }
        }
    }

    // MARK: Their models

    /// The checkpoint of the starting model that is evaluated.
    ///
    /// - Throws: ``StorageError`` if the stage has no such checkpoint.
    func startPath() throws -> String { try startFolder().requiredPath(of: startChoice) }

    /// The evaluated model of a stage, its checkpoint, and which one it is.
    ///
    /// - Parameter scenario: `nil` for the starting model.
    /// - Throws: ``StorageError`` if the stage has no such checkpoint.
    func evaluated(_ scenario: Scenario?) throws -> (
        model: any Classifier, checkpoint: Checkpoint, choice: Configuration.CheckpointChoice
    ) {
        let start = try startingModel()
        guard let scenario else {
            let model = try ModelStore.model(start.checkpoint, path: start.path)
            return (model, start.checkpoint, startChoice)
        }
        let choice = choice(training: configuration.align.training)
        let path = try folder(scenario, from: start).requiredPath(of: choice)
        let (model, checkpoint) = try ModelStore.model(path)
        return (model, checkpoint, choice)
    }

    /// Which checkpoint of the starting model is evaluated.
    ///
    /// A starting model has no location loss to choose by.
    private var startChoice: Configuration.CheckpointChoice {
        let choice = choice(training: configuration.train)
        return choice == .bestAUROC ? choice : .last
    }

    /// A stage without steps has only its last checkpoint.
    private func choice(
        training: Configuration.TrainingSettings
    ) -> Configuration.CheckpointChoice {
        training.epochs > 0 ? configuration.evaluate.checkpoint : .last
    }

    private func startIfTrained() throws -> StartingModel? {
        if let start { return start }
        return try startFolder().isFinished ? startingModel() : nil
    }

    private func startingModel() throws -> StartingModel {
        if let start { return start }
        let path = try startPath()
        let (model, checkpoint) = try ModelStore.model(path)
        let read = StartingModel(checkpoint: checkpoint, path: path, digest: model.digest)
        start = read
        return read
    }

    // MARK: Training

    /// Trains the starting model, or finds it.
    ///
    /// - Returns: the training curve.
    func trainStart() throws -> Table {
        let folder = try startFolder()
        return try folder.locked {
            let isFinished = folder.isFinished
            _ = try team?.isTrueForAny(isFinished)
            if isFinished { return try curve(ofFinished: folder) }
            let model = try startModel(configuration)
            if let rows = startData.permutedLabels {
                try createFolder(folder.path)
                try PermutedLabel.write(rows, to: "\(folder.path)/permuted_labels.csv")
            }
            var stage = TrainingStage(
                folder: folder, model: model,
                objective: configuration.train.supervisedObjective,
                alignment: nil, training: configuration.train, dataset: startData.training,
                validation: startData.selection.map { validation(model, $0) },
                configuration: configuration)
            stage.team = team
            var last = try stage.run()
            if startChoice == .last {
                last.optimiser = nil
                start = StartingModel(
                    checkpoint: last, path: folder.lastPath, digest: model.digest)
            }
            return last.curve
        }
    }

    /// The hash of the starting model's stage.
    var startHash: String { get throws { try startIdentity.hash } }

    /// Computes this process's batches of the starting model, which process 0 trains.
    func followStart(_ team: MPITeam) throws {
        // Process 0 says whether there is something to train.
        if try team.isTrueForAny(false) { return }
        let model = try startModel(configuration)
        var stage = TrainingStage(
            folder: try startFolder(), model: model,
            objective: configuration.train.supervisedObjective, alignment: nil,
            training: configuration.train, dataset: startData.training, validation: nil,
            configuration: configuration)
        stage.team = team
        _ = try stage.run()
    }

    /// Trains a scenario, or finds it.
    ///
    /// - Returns: the training curve.
    func train(_ scenario: Scenario) throws -> Table {
        let start = try startingModel()
        let folder = try folder(scenario, from: start)
        return try folder.locked {
            if folder.isFinished { return try curve(ofFinished: folder) }
            let model = try ModelStore.model(start.checkpoint, path: start.path)
            var objective = try configuration.align.makeObjective(
                scenario, target: target, configuration.explanationSettings())
            let data = data(of: scenario)
            objective.furtherTargets = data.training.furtherClasses
            if let annotated = data.annotated {
                try createFolder(folder.path)
                try annotated.write(data.training, to: "\(folder.path)/annotated.csv")
                Progress.note(
                    "\(scenario.name): masks of \(annotated.images.count) of "
                        + "\(annotated.available) images (align.annotated_fraction)")
            }
            return try TrainingStage(
                folder: folder, model: model, objective: objective, alignment: objective,
                training: configuration.align.training, dataset: data.training,
                validation: data.selection.map { validation(model, $0) },
                configuration: configuration.with(scenario)
            ).run().curve
        }
    }

    private func curve(ofFinished folder: StageFolder) throws -> Table {
        let path = folder.lastPath
        let isRead = start?.path == path
        let finished = try isRead ? start!.checkpoint : Checkpoint.facts(path, includesCurve: true)
        try folder.identity.check(finished, path)
        let curve = try StageRecord(finished, path).curve
        RunEvents.emit(
            .stageFinished(stage: folder.identity.stage, path: path, wasFinished: true))
        return curve
    }

    func validation(_ model: any Classifier, _ dataset: ImageDataset) -> Validation {
        Validation(
            model: model, dataset: dataset, target: target, configuration: configuration)
    }
}
