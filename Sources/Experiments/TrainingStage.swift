import Alignment
import Datasets
import Foundation
import Models
import Storage
import Tensors

/// One training run of an experiment in a folder of its own: it can be killed at any moment and
/// goes on from its last saved step.
///
/// The folder holds `state.h5` while it runs; then `last.h5`, and `best_auroc.h5` and
/// `best_location.h5`.
struct TrainingStage {
    let name: String, folder: String
    let model: any Classifier
    let objective: any TrainingObjective
    /// What checkpoints are chosen by; its explanation is judged on the validation set.
    let alignment: AlignmentObjective?
    let training: Configuration.TrainingSettings
    let dataset: ImageDataset, validation: Validation
    let configuration: Configuration
    let checkpointEvery: Int

    var lastPath: String { "\(folder)/last.h5" }
    private var statePath: String { "\(folder)/state.h5" }

    /// Runs to the end, or goes on from where it was; loads the finished weights where it already
    /// ended.
    /// - Returns: a row a step.
    func run() throws -> Table {
        try createFolder(folder)
        if FileManager.default.fileExists(atPath: lastPath) {
            let finished = try Checkpoint.read(lastPath)
            try checkConfiguration(finished, lastPath)
            try ModelStore.load(finished, into: model, path: lastPath)
            Progress.note("\(name): finished before (\(lastPath))")
            return finished.curve
        }
        var plan = training.plan
        plan.seed = RandomGenerator(seed: UInt64(configuration.seed)).stream(name).state
        let batchCount = (dataset.count + training.batchSize - 1) / training.batchSize
        let tuner = FineTuner(model, objective, plan: plan, batches: batchCount)
        var record = StageRecord()
        if FileManager.default.fileExists(atPath: statePath) {
            let state = try Checkpoint.read(statePath)
            try checkConfiguration(state, statePath)
            try ModelStore.load(state, into: model, path: statePath)
            try ModelStore.restore(tuner.optimiser, from: state, path: statePath)
            record = StageRecord(state)
            Progress.note("\(name): resumed at step \(tuner.step) of \(tuner.totalSteps)")
        }
        let progress = Progress(name, total: tuner.totalSteps, first: tuner.step, unit: " steps")
        while !tuner.isFinished || record.epochs < tuner.step / tuner.stepsPerEpoch {
            if tuner.step > 0, tuner.step % tuner.stepsPerEpoch == 0,
                record.epochs < tuner.step / tuner.stepsPerEpoch
            {
                try endEpoch(tuner, &record)
            } else {
                try runEpoch(tuner, &record, progress)
            }
        }
        try save(tuner, record, lastPath, durable: true)
        unlink(statePath)
        return record.curve
    }

    private func runEpoch(_ tuner: FineTuner, _ record: inout StageRecord, _ progress: Progress)
        throws
    {
        let epoch = tuner.step / tuner.stepsPerEpoch
        let batches = dataset.batches(size: training.batchSize, seed: tuner.plan.seed, epoch: epoch)
        let first = tuner.next(batches: batches.count).batches.lowerBound
        let loader = BatchLoader(
            dataset, batches: Array(batches[first...]), firstNumber: first,
            random: RandomGenerator(seed: tuner.plan.seed).stream("augmentation \(epoch)"))
        defer { loader.stop() }
        let start = DispatchTime.now().uptimeNanoseconds
        var images = 0
        repeat {
            var loaded: [TrainingBatch] = []
            for _ in tuner.next(batches: batches.count).batches {
                if let next = try loader.next() { loaded.append(dataset.batch(next)) }
            }
            let report = try tuner.take(loaded)
            images += report.images
            record.add(report)
            let rate = Double(images) / (Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
            var figures = String(format: "loss %.4f", report.loss)
            if let location = report.locationLoss {
                figures += String(format: "  location %.4f", location)
            }
            progress.update(
                tuner.step,
                figures + String(format: "  %.1f images/s (loader %.0f)", rate, loader.rate))
            if tuner.step % checkpointEvery == 0 || tuner.step % tuner.stepsPerEpoch == 0
                || Interruption.isRequested
            {
                try save(tuner, record, statePath, durable: false)
            }
            if Interruption.isRequested {
                throw Interrupted(
                    description:
                        "interrupted after step \(tuner.step) of \(name); the same command goes on from here"
                )
            }
        } while tuner.step % tuner.stepsPerEpoch != 0
    }

    /// Judges the model on the validation set and keeps it where it is the best so far.
    private func endEpoch(_ tuner: FineTuner, _ record: inout StageRecord) throws {
        let score = try validation.score(alignment)
        record.epochs += 1
        if let auroc = score.auroc, auroc > record.bestAUROC ?? -1 {
            record.bestAUROC = auroc
            try save(tuner, record, "\(folder)/best_auroc.h5", durable: true, withOptimiser: false)
        }
        if let loss = score.locationLoss, loss < record.bestLocation ?? .infinity {
            record.bestLocation = loss
            try save(
                tuner, record, "\(folder)/best_location.h5", durable: true, withOptimiser: false)
        }
        record.auroc = score.auroc
        record.locationLoss = score.locationLoss
        try save(tuner, record, statePath, durable: false)
        Progress.note(
            "\(name): epoch \(record.epochs) of \(tuner.plan.epochs): AUROC \(Self.text(score.auroc))"
                + (score.locationLoss.map { String(format: ", location loss %.4f", $0) } ?? ""))
    }

    private func save(
        _ tuner: FineTuner, _ record: StageRecord, _ path: String, durable: Bool,
        withOptimiser: Bool = true
    ) throws {
        var checkpoint = ModelStore.checkpoint(
            model, classes: dataset.classes, optimiser: withOptimiser ? tuner.optimiser : nil)
        (checkpoint.step, checkpoint.epoch) = (tuner.step, tuner.step / tuner.stepsPerEpoch)
        checkpoint.seed = UInt64(configuration.seed)
        checkpoint.configuration = configuration.yaml(commented: false)
        checkpoint.metrics = record.metrics
        checkpoint.curve = record.curve
        try checkpoint.write(path, durable: durable)
    }

    /// A folder belongs to one configuration: going on with another would mix them.
    private func checkConfiguration(_ checkpoint: Checkpoint, _ path: String) throws {
        let stored = try Configuration(yaml: checkpoint.configuration, file: path)
        let sections =
            name == "start"
            ? ["seed", "data", "model", "train"] : ["seed", "data", "model", "train", "align"]
        let now = configuration.values(in: sections), then = stored.values(in: sections)
        if let key = now.keys.sorted().first(where: { now[$0] != then[$0] }) {
            throw StorageError(
                path,
                "was made with \(key) = \(then[key] ?? ""), now it is \(now[key] ?? ""); choose another output folder or remove this one"
            )
        }
    }

    private static func text(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "missing"
    }
}

/// What a stage remembers between steps.
private struct StageRecord {
    /// Epochs whose end was judged.
    var epochs = 0
    var bestAUROC: Double?, bestLocation: Double?
    var auroc: Double?, locationLoss: Double?
    private var steps: [Int] = []
    private var columns: [[Double]] = Array(repeating: [], count: 5)
    private static let names = [
        "loss", "classification_loss", "location_loss", "gradient_norm", "learning_rate",
    ]

    init() {}

    init(_ checkpoint: Checkpoint) {
        let metrics = checkpoint.metrics
        epochs = Int(metrics["epochs"] ?? 0)
        (bestAUROC, bestLocation) = (metrics["best_auroc"], metrics["best_location_loss"])
        (auroc, locationLoss) = (metrics["auroc"], metrics["location_loss"])
        steps = checkpoint.curve.integers("step") ?? []
        columns = Self.names.map { checkpoint.curve.reals($0) ?? [] }
    }

    mutating func add(_ report: StepReport) {
        steps.append(report.step)
        // A step without a positive sample has no location loss.
        let location = report.locationLoss.map(Double.init) ?? .nan
        for (index, value) in [
            Double(report.loss), Double(report.classificationLoss), location,
            Double(report.gradientNorm), Double(report.rate),
        ].enumerated() { columns[index].append(value) }
    }

    var metrics: [String: Double] {
        var found: [String: Double] = ["epochs": Double(epochs)]
        found["best_auroc"] = bestAUROC
        found["best_location_loss"] = bestLocation
        found["auroc"] = auroc
        found["location_loss"] = locationLoss
        return found
    }

    var curve: Table {
        var table = Table()
        table.add("step", .integers(steps))
        for (name, values) in zip(Self.names, columns) { table.add(name, .reals(values)) }
        return table
    }
}
