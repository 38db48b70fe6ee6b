import PlumblineData
import PlumblineModels
import PlumblineTensors

extension FineTuner {
    /// Trains a model on a data set from the first step to the last.
    ///
    /// - Parameters:
    ///   - batchSize: images per forward pass.
    ///   - each: called with what each step did; an error that it throws ends the training.
    /// - Throws: ``DivergenceError``, an error where an image cannot be read, and what `each`
    ///   throws.
    public static func train(
        _ model: any Classifier, _ objective: any TrainingObjective, on dataset: ImageDataset,
        batchSize: Int, plan: FineTuningPlan, each: (StepReport) throws -> Void = { _ in }
    ) throws {
        let batchCount = (dataset.count + batchSize - 1) / batchSize
        let tuner = FineTuner(model, objective, plan: plan, batches: batchCount)
        while !tuner.isFinished {
            try tuner.finishEpoch(on: dataset, batchSize: batchSize) { report, _ in
                try each(report)
            }
        }
    }

    /// Takes the steps that are left of the current epoch.
    ///
    /// Which images a batch holds, and how they are augmented, follows from the plan's seed and the
    /// number of the batch alone.
    ///
    /// - Parameters:
    ///   - batchSize: images per forward pass.
    ///   - each: called with what each step did, and the images per second that reading alone
    ///     achieves.
    public func finishEpoch(
        on dataset: ImageDataset, batchSize: Int,
        each: (StepReport, _ loaderRate: Double) throws -> Void
    ) throws {
        let epoch = step / stepsPerEpoch
        let batches = dataset.batches(size: batchSize, seed: plan.seed, epoch: epoch)
        let first = next(batches: batches.count).batches.lowerBound
        let numbers = ownBatches(from: first, below: batches.count)
        let loader = BatchLoader(
            dataset, batches: numbers.map { batches[$0] }, numbers: numbers,
            random: RandomGenerator(seed: plan.seed).stream("augmentation \(epoch)"))
        defer { loader.stop() }
        repeat {
            let numbers = next(batches: batches.count).batches
            var loaded: [Batch] = []
            for _ in ownBatches(from: numbers.lowerBound, below: numbers.upperBound) {
                if let next = try loader.next() { loaded.append(next) }
            }
            let report =
                try team.map { try take(loaded, of: numbers.count, $0) } ?? take(loaded)
            try each(report, loader.imagesPerSecond)
        } while step % stepsPerEpoch != 0
    }
}
