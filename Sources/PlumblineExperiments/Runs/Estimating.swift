import Foundation
import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

extension Experiment {
    /// What ``run()`` would do now.
    ///
    /// Writes nothing.
    ///
    /// Time is measured on a separate model. Each stage takes three batches, of which the first is
    /// not counted. The evaluation takes one image with each explanation.
    ///
    /// - Throws: ``StorageError`` if a folder holds a stage of other settings or data.
    public func estimate() throws -> RunEstimate {
        try data.requireMasks(configuration)
        try stages.check(scenarios)
        var estimate = try unmeasuredEstimate()
        try measure(&estimate)
        return estimate
    }

    /// Reports the estimate, if the run is so long that measuring takes a small part of it.
    ///
    /// - Throws: ``StorageError`` if a disk has too little free space.
    func announce() throws {
        var estimate = try unmeasuredEstimate()
        try estimate.checkDisks()
        let batches = estimate.stages.filter { $0.remainingSteps > 0 }.map { stage in
            stage.remainingSteps * training(of: stage.name).accumulation
        }
        guard let fewest = batches.min(), fewest >= Self.batchesOfALongRun else { return }
        try measure(&estimate)
        for line in estimate.lines { Progress.note("estimate: \(line)") }
    }

    /// With this many batches, measuring three of them is at most a fiftieth of the work.
    private static let batchesOfALongRun = 150

    func training(of stage: String) -> Configuration.TrainingSettings {
        stage == "start" ? configuration.train : configuration.align.training
    }

    func images(of stage: String) -> SelectionSplit {
        stage == "start" ? stages.startData : stages.alignData
    }

    // MARK: Counting

    private func unmeasuredEstimate() throws -> RunEstimate {
        let names = ["start"] + scenarios.map(\.rawValue)
        let stages = try names.map { try stage($0) }
        return RunEstimate(
            stages: stages, evaluationImages: data.evaluate.count,
            explanations: configuration.evaluatedExplanations, secondsPerEvaluatedImage: nil,
            disks: try disks(stages))
    }

    private func stage(_ name: String) throws -> RunEstimate.Stage {
        let model = try freshModel(configuration)
        try configuration.freeze(model, isAlignment: name != "start")
        let settings = training(of: name)
        let split = images(of: name)
        let batches = (split.training.count + settings.batchSize - 1) / settings.batchSize
        let stepsPerEpoch = (batches + settings.accumulation - 1) / settings.accumulation
        let weights = 4 * model.parameters.reduce(0) { $0 + $1.count }
        let moments = 8 * model.parameterCount
        let isTrained = settings.epochs > 0
        var copies = 1
        if isTrained { copies += try keptBests(name) }
        let survey = name == "start" ? nil : data.alignMasks
        let folder = try folder(name)
        return RunEstimate.Stage(
            name: name, folder: folder?.path ?? configuration.sharedStages,
            state: try state(folder),
            totalSteps: settings.epochs * stepsPerEpoch, trainingImages: split.training.count,
            selectionImages: split.selection?.count ?? 0,
            masks: survey.map { ($0.positives, $0.withMask) }, secondsPerStep: nil,
            finalBytes: copies * weights
                + (configuration.checkpoints.includesOptimiser ? moments : 0),
            passingBytes: isTrained ? 2 * (weights + moments) : 0)
    }

    /// - Returns: `nil` if it is in the store, under a name that depends on the starting model.
    private func folder(_ stage: String) throws -> StageFolder? {
        guard let scenario = Scenario(rawValue: stage) else { return try stages.startFolder() }
        return try stages.folder(scenario)
    }

    private func isShared(_ stage: String) throws -> Bool { try folder(stage)?.isShared ?? true }

    /// How many of the best checkpoints a stage saves.
    private func keptBests(_ stage: String) throws -> Int {
        let kept =
            try configuration.checkpoints.sharedKeepAll && isShared(stage)
            ? Configuration.CheckpointChoice.allCases : configuration.checkpoints.kept
        var count = 0
        if kept.contains(.bestAUROC), configuration.data.selection.hasAUROC { count += 1 }
        if kept.contains(.bestLocation), stage != "start" { count += 1 }
        return count
    }

    private func state(_ folder: StageFolder?) throws -> RunEstimate.State {
        guard let folder else { return .new }
        if folder.isFinished { return .found }
        guard folder.isBegun else { return .new }
        guard folder.isShared else {
            return .resumes(step: try Checkpoint.facts(folder.statePath).step)
        }
        // Another process may replace or remove the file now. The process that resumes from it
        // reads it under the lock, and reports errors.
        guard let facts = try? Checkpoint.facts(folder.statePath) else { return .new }
        return .resumes(step: facts.step)
    }

    // MARK: Disks

    private func disks(_ stages: [RunEstimate.Stage]) throws -> [RunEstimate.Disk] {
        let remaining = stages.filter { $0.state != .found }
        let shared = try remaining.filter { try isShared($0.name) }
        let own = try remaining.filter { try !isShared($0.name) }
        let results = 2 * resultBytes(stages.count)
        var disks = [Self.disk(configuration.output, results + Self.bytes(own))]
        if !shared.isEmpty {
            disks.append(Self.disk(configuration.sharedStages, Self.bytes(shared)))
        }
        return disks
    }

    /// What stages write to one disk.
    ///
    /// They run one after the other, so only the largest temporary files count.
    private static func bytes(_ stages: [RunEstimate.Stage]) -> Int {
        stages.reduce(0) { $0 + $1.finalBytes } + (stages.map(\.passingBytes).max() ?? 0)
    }

    /// The size of `results.h5`: the maps, and about a kilobyte for each image and explanation.
    private func resultBytes(_ models: Int) -> Int {
        let size = configuration.data.preprocessing.size
        let map = configuration.evaluate.savesExplanations ? 4 * size * size : 0
        let count = models * data.evaluate.count * configuration.evaluatedExplanations.count
        return count * (map + 1024)
    }

    private static func disk(_ folder: String, _ bytes: Int) -> RunEstimate.Disk {
        let files = FileManager.default
        var present = URL(fileURLWithPath: folder).standardizedFileURL
        while !files.fileExists(atPath: present.path), present.path != "/" {
            present.deleteLastPathComponent()
        }
        let facts = try? files.attributesOfFileSystem(forPath: present.path)
        let free = (facts?[.systemFreeSize] as? NSNumber)?.intValue
        return RunEstimate.Disk(folder: folder, neededBytes: bytes, freeBytes: free)
    }
}
