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
        try checkStages(configuration.align.scenarios)
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

    private func training(of stage: String) -> Configuration.TrainingSettings {
        stage == "start" ? configuration.train : configuration.align.training
    }

    private func images(of stage: String) -> SelectionSplit {
        stage == "start" ? startData : alignData
    }

    // MARK: Counting

    private func unmeasuredEstimate() throws -> RunEstimate {
        let model = try Self.freshModel(configuration)
        let names = ["start"] + configuration.align.scenarios.map(\.rawValue)
        let stages = try names.map { try stage($0, model) }
        return RunEstimate(
            stages: stages, evaluationImages: data.evaluate.count,
            explanations: configuration.judgedExplanations, secondsPerEvaluatedImage: nil,
            disks: disks(stages))
    }

    private func stage(_ name: String, _ model: any Classifier) throws -> RunEstimate.Stage {
        let settings = training(of: name)
        let split = images(of: name)
        let batches = (split.training.count + settings.batchSize - 1) / settings.batchSize
        let stepsPerEpoch = (batches + settings.accumulation - 1) / settings.accumulation
        let weights = 4 * model.parameters.reduce(0) { $0 + $1.count }
        let moments = 8 * model.parameterCount
        let isTrained = settings.epochs > 0
        var copies = 1
        if isTrained { copies += keptBests(name) }
        let survey = name == "start" ? nil : data.alignMasks
        return RunEstimate.Stage(
            name: name, folder: folder(name), state: try state(name),
            totalSteps: settings.epochs * stepsPerEpoch, trainingImages: split.training.count,
            selectionImages: split.selection?.count ?? 0,
            masks: survey.map { ($0.positives, $0.withMask) }, secondsPerStep: nil,
            finalBytes: copies * weights
                + (configuration.checkpoints.includesOptimiser ? moments : 0),
            passingBytes: isTrained ? 2 * (weights + moments) : 0)
    }

    /// How many of the best checkpoints a stage saves.
    private func keptBests(_ stage: String) -> Int {
        let isShared = stage == "start" && shared != nil
        let kept = isShared ? [.last, .bestAUROC, .bestLocation] : configuration.checkpoints.kept
        var count = 0
        if kept.contains(.bestAUROC), configuration.data.selection.hasAUROC { count += 1 }
        if kept.contains(.bestLocation), stage != "start" { count += 1 }
        return count
    }

    private func state(_ stage: String) throws -> RunEstimate.State {
        let files = FileManager.default
        if files.fileExists(atPath: TrainingStage.lastPath(folder(stage))) { return .found }
        let state = TrainingStage.statePath(folder(stage))
        guard files.fileExists(atPath: state) else { return .new }
        guard stage == "start", shared != nil else {
            return .resumes(step: try Checkpoint.facts(state).step)
        }
        // Another process may replace or remove the file now. The process that resumes from it
        // reads it under the lock, and reports errors.
        guard let facts = try? Checkpoint.facts(state) else { return .new }
        return .resumes(step: facts.step)
    }

    // MARK: Disks

    private func disks(_ stages: [RunEstimate.Stage]) -> [RunEstimate.Disk] {
        var outputBytes = 2 * resultBytes(stages.count)
        var sharedBytes = 0
        // Stages run one after the other, so only the largest temporary files count.
        var temporaryBytes = 0
        for stage in stages where stage.state != .found {
            if stage.name == "start", shared != nil {
                sharedBytes = stage.finalBytes + stage.passingBytes
            } else {
                outputBytes += stage.finalBytes
                temporaryBytes = max(temporaryBytes, stage.passingBytes)
            }
        }
        var disks = [Self.disk(configuration.output, outputBytes + temporaryBytes)]
        if sharedBytes > 0 {
            disks.append(Self.disk(configuration.sharedStarts, sharedBytes))
        }
        return disks
    }

    /// The size of `results.h5`: the maps, and about a kilobyte for each image and explanation.
    private func resultBytes(_ models: Int) -> Int {
        let size = configuration.data.preprocessing.size
        let map = configuration.evaluate.savesExplanations ? 4 * size * size : 0
        let count = models * data.evaluate.count * configuration.judgedExplanations.count
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

    // MARK: Measuring

    private func measure(_ estimate: inout RunEstimate) throws {
        for index in estimate.stages.indices where estimate.stages[index].remainingSteps > 0 {
            let name = estimate.stages[index].name
            let scenario = Scenario(rawValue: name)
            // Both scenarios do the same work, so one is measured.
            let otherScenario = estimate.stages[..<index].first { $0.name != "start" }?
                .secondsPerStep
            if scenario != nil, let otherScenario {
                estimate.stages[index].secondsPerStep = otherScenario
                continue
            }
            estimate.stages[index].secondsPerStep = try secondsPerStep(name, scenario)
        }
        estimate.secondsPerEvaluatedImage = try secondsPerEvaluatedImage()
    }

    private func secondsPerStep(_ name: String, _ scenario: Scenario?) throws -> Double {
        let settings = training(of: name)
        let images = self.images(of: name).training
        let objective: any TrainingObjective
        if let scenario {
            objective = try configuration.align.makeObjective(
                scenario, target: target, configuration.explanationSettings())
        } else {
            objective = configuration.train.supervisedObjective
        }
        let model = try Self.freshModel(configuration)
        let batches = images.batches(size: settings.batchSize, seed: 0, epoch: 0)
        let random = RandomGenerator(seed: 0)
        func take(_ number: Int) throws {
            try Interruption.check("while the time of a step was measured")
            let indices = batches[number % batches.count]
            _ = try objective.evaluate(model, images.batch(indices), noise: random)
        }
        // Not counted: the first batch also fills caches.
        try take(0)
        let began = DispatchTime.now().uptimeNanoseconds
        try take(1)
        try take(2)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
        return seconds / 2 * Double(min(settings.accumulation, batches.count))
    }

    /// The time of one image with every evaluated explanation.
    ///
    /// The first pass is not counted.
    private func secondsPerEvaluatedImage() throws -> Double {
        let dataset = data.evaluate.subset([0])
        let validation = try validation(Self.freshModel(configuration), dataset)
        let methods = try configuration.judgedMethods()
        func explain() throws {
            _ = try validation.run(methods) { _ in
                true
            } body: { _ in
            }
        }
        try explain()
        let began = DispatchTime.now().uptimeNanoseconds
        try explain()
        return Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
    }
}
