import PlumblineTraining
import PlumblineData
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// One training run of an experiment, in a separate folder.
///
/// It can be killed at any moment, and resumes from its last saved step. The folder holds
/// `state.h5` while the stage runs. Then it holds `last.h5`, and `best_auroc.h5` and
/// `best_location.h5` if `data.selection` and `checkpoints.keep` ask for them.
struct TrainingStage {
    let folder: StageFolder
    let model: any Classifier
    let objective: any TrainingObjective
    /// The alignment objective; `nil` for the starting model.
    let alignment: AlignmentObjective?
    let training: Configuration.TrainingSettings
    let dataset: ImageDataset
    /// Evaluates the images that the best checkpoints are chosen on, if there are any.
    let validation: Validation?
    let configuration: Configuration
    /// The processes that share the batches of a step; `nil` for this one alone.
    var team: MPITeam?
    private let clock = SaveClock()

    init(
        folder: StageFolder, model: any Classifier, objective: any TrainingObjective,
        alignment: AlignmentObjective?, training: Configuration.TrainingSettings,
        dataset: ImageDataset, validation: Validation?, configuration: Configuration
    ) {
        self.folder = folder
        self.model = model
        self.objective = objective
        self.alignment = alignment
        self.training = training
        self.dataset = dataset
        self.validation = validation
        self.configuration = configuration
    }

    private var name: String { folder.identity.stage }
    private var seed: Int {
        configuration.seed(ofStage: name, isAlignment: alignment != nil)
    }

    /// Runs the stage to its end, or resumes it.
    ///
    /// - Returns: the last checkpoint, as it was saved. Its weights are those of ``model``.
    /// - Throws: ``Interrupted`` after a signal; ``StorageError`` if a file cannot be read or
    ///   written.
    func run() throws -> Checkpoint {
        if isWriter { try createFolder(folder.path) }
        var plan = training.plan
        plan.seed = RandomGenerator(seed: UInt64(seed)).stream(name).state
        if alignment != nil { plan.gradientEvery = configuration.align.gradientEvery }
        if let frozen = try configuration.freeze(model, isAlignment: alignment != nil) {
            Progress.note("\(name): \(frozen.line)")
        }
        let batchCount = (dataset.count + training.batchSize - 1) / training.batchSize
        let tuner = FineTuner(model, objective, plan: plan, batches: batchCount)
        var record = StageRecord()
        if isWriter && folder.isBegun { record = try resume(tuner) }
        if let team {
            tuner.team = team
            record.epochs = Int(try team.gather([Int64(record.epochs)])[0][0])
            try tuner.shareState(team)
        }
        RunEvents.emit(
            .stageBegan(stage: name, finishedSteps: tuner.step, totalSteps: tuner.totalSteps))
        let began = StageTime(finishedSteps: tuner.step)
        while !tuner.isFinished || record.epochs < tuner.step / tuner.stepsPerEpoch {
            if record.epochs < tuner.step / tuner.stepsPerEpoch {
                try endEpoch(tuner, &record)
            } else {
                try runEpoch(tuner, &record, began)
            }
        }
        let last = try save(
            tuner, record, folder.lastPath, durable: true,
            withOptimiser: configuration.checkpoints.includesOptimiser)
        if isWriter { unlink(folder.statePath) }
        RunEvents.emit(.stageFinished(stage: name, path: folder.lastPath, wasFinished: false))
        return last
    }

    /// Whether this process reads and writes the files of the stage.
    private var isWriter: Bool { team.map { $0.rank == 0 } ?? true }

    private func resume(_ tuner: FineTuner) throws -> StageRecord {
        let state = try ModelStore.read(folder.statePath, for: model, includesOptimiser: true)
        try folder.identity.check(state, folder.statePath)
        let record = try StageRecord(state, folder.statePath)
        guard (0...tuner.totalSteps).contains(state.step), record.rowCount == state.step,
            (0...state.step / tuner.stepsPerEpoch).contains(record.epochs)
        else {
            throw StorageError(
                folder.statePath,
                "is damaged or was edited: step \(state.step) and epoch \(record.epochs) of "
                    + "\(tuner.totalSteps) steps, with \(record.rowCount) rows in its curve; "
                    + "remove it to start this stage again")
        }
        try ModelStore.assign(state, to: model, path: folder.statePath)
        try ModelStore.restore(tuner.optimiser, from: state, path: folder.statePath)
        warnOfOtherMachine(state)
        return record
    }

    /// Says what makes the last bits of a resumed stage differ from those of one machine.
    private func warnOfOtherMachine(_ state: Checkpoint) {
        if let then = state.identity["instruction set"], then != instructionSet {
            Progress.warn(
                "\(name): the steps so far ran on a processor with \(then), and this one has "
                    + "\(instructionSet): the last bits of the result may differ")
        }
        if let then = state.identity["threads"], then != "\(Parallel.threads)" {
            Progress.warn(
                "\(name): the steps so far ran on \(then) threads, and now there are "
                    + "\(Parallel.threads): the last bits of the result will differ")
        }
    }

    private func runEpoch(_ tuner: FineTuner, _ record: inout StageRecord, _ began: StageTime)
        throws
    {
        let start = DispatchTime.now().uptimeNanoseconds
        var images = 0
        try tuner.finishEpoch(on: dataset, batchSize: training.batchSize) { report, loaderRate in
            images += report.images
            record.add(report)
            if let cause = report.causeOfDeadLocation, !record.hasWarned {
                record.hasWarned = true
                Progress.warn(
                    "\(name): step \(report.step): the location loss trains nothing: " + cause)
            }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            RunEvents.emit(
                .step(
                    TrainingStep(
                        stage: name, step: tuner.step, totalSteps: tuner.totalSteps,
                        finishedBefore: began.finishedSteps, loss: report.loss,
                        locationLoss: report.locationLoss, gradientNorm: report.gradientNorm,
                        learningRate: report.learningRate,
                        imagesPerSecond: Double(images) / seconds,
                        loaderImagesPerSecond: loaderRate, seconds: began.seconds)))
            try saveIfDue(tuner, record)
        }
    }

    /// Saves the state when the time has come, and before the work ends early.
    ///
    /// - Throws: ``Interrupted`` after a signal.
    private func saveIfDue(_ tuner: FineTuner, _ record: StageRecord) throws {
        // The evaluation at the end of an epoch may take long, so the state is saved before it.
        let isEvaluatedNext = tuner.step % tuner.stepsPerEpoch == 0 && validation != nil
        // One process may get the signal, and all stop after the same step.
        let stops = try team?.isTrueForAny(Interruption.isRequested) ?? Interruption.isRequested
        if isWriter,
            clock.isDue(configuration.checkpointMinutes) || isEvaluatedNext || stops
        {
            try save(tuner, record, folder.statePath, durable: false)
            clock.restart()
        }
        if stops {
            // The others wait until the state is saved.
            _ = try team?.isTrueForAny(true)
            team?.hasAgreedToStop = true
            throw Interruption.interrupted(
                "interrupted after step \(tuner.step) of \(name); "
                    + "the same command resumes from here")
        }
    }

    /// Evaluates the model at the end of an epoch, and saves it if it is the best so far.
    private func endEpoch(_ tuner: FineTuner, _ record: inout StageRecord) throws {
        let selection = configuration.data.selection
        let choosesByTraining = [.trainingLoss, .published].contains(selection)
        let evaluated = try validation?.checkpointScore(choosesByTraining ? nil : alignment)
        record.epochs += 1
        if let alignment, alignment.weight != 0, !record.hasWarned,
            record.hasNoLocation(inLast: tuner.stepsPerEpoch)
        {
            record.hasWarned = true
            Progress.warn(
                "\(name): epoch \(record.epochs): the location loss trains nothing: no batch has "
                    + "a positive image with a mask")
        }
        record.auroc = evaluated?.auroc
        record.locationLoss =
            choosesByTraining && alignment != nil
            ? record.meanLocationLoss(
                ofLast: tuner.stepsPerEpoch, countsZeros: selection == .published)
            : evaluated?.locationLoss
        if let auroc = record.auroc, auroc > record.bestAUROC ?? -1 {
            record.bestAUROC = auroc
            try keep(.bestAUROC, tuner, record)
        }
        if let loss = record.locationLoss, loss < record.bestLocation ?? .infinity {
            record.bestLocation = loss
            try keep(.bestLocation, tuner, record)
        }
        // After the last epoch the finished model is saved next.
        if !tuner.isFinished && isWriter {
            try save(tuner, record, folder.statePath, durable: false)
            clock.restart()
        }
        RunEvents.emit(
            .epoch(
                TrainingEpoch(
                    stage: name, epoch: record.epochs, totalEpochs: tuner.plan.epochs,
                    isEvaluated: evaluated != nil, auroc: record.auroc,
                    locationLoss: record.locationLoss,
                    imagesWithoutLocationLoss: evaluated?.missingLosses ?? 0)))
    }

    /// Saves the best model so far, if `checkpoints.keep` asks for it.
    ///
    /// Adam's moments are left out, because no training resumes from this file.
    private func keep(
        _ choice: Configuration.CheckpointChoice, _ tuner: FineTuner, _ record: StageRecord
    ) throws {
        // Other runs may evaluate another checkpoint of a shared stage.
        let keepsAll = folder.isShared && configuration.checkpoints.sharedKeepAll
        guard keepsAll || configuration.checkpoints.kept.contains(choice) else { return }
        try save(
            tuner, record, folder.path(of: choice), durable: true,
            withOptimiser: false)
    }

    @discardableResult
    private func save(
        _ tuner: FineTuner, _ record: StageRecord, _ path: String, durable: Bool,
        withOptimiser: Bool = true
    ) throws -> Checkpoint {
        var checkpoint = ModelStore.checkpoint(
            model, classes: dataset.classes, optimiser: withOptimiser ? tuner.optimiser : nil)
        checkpoint.step = tuner.step
        checkpoint.epoch = tuner.step / tuner.stepsPerEpoch
        checkpoint.seed = UInt64(seed)
        checkpoint.configuration = configuration.yaml(commented: false)
        checkpoint.metrics = record.metrics
        checkpoint.stage = name
        checkpoint.identity.merge(folder.identity.facts) { $1 }
        // Not compared: another number of threads changes the last bits only.
        checkpoint.identity["threads"] = "\(Parallel.threads)"
        checkpoint.identity["instruction set"] = instructionSet
        checkpoint.identity[StageIdentity.hashKey] = try folder.identity.hash
        checkpoint.curve = record.curve
        guard isWriter else { return checkpoint }
        try checkpoint.write(path, durable: durable)
        RunEvents.emit(.saved(path: path))
        return checkpoint
    }
}
