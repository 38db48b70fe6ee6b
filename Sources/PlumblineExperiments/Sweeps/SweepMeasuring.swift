import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

/// Measures the parts of a cell on its own data, with a model that is thrown away.
struct SweepMeasuring {
    let cell: SweepCell
    /// The folder of the sweep, where a state is saved to measure it.
    let folder: String

    private struct Enough: Error {}

    private static let seconds = 2.0
    private static let mostImages = 32

    /// - Parameter experiment: of the cell.
    /// - Parameter open: the seconds that its checks took.
    func speed(_ experiment: Experiment, open: Double) throws -> SweepSpeed {
        let scenario = experiment.scenarios[0]
        let image = try secondsPerImage(experiment.data.align)
        let hasStart = cell.configuration.train.epochs > 0
        return SweepSpeed(
            open: open, image: image,
            startStep: hasStart ? try secondsPerStep(experiment, "start", nil) : 0,
            tuneStep: cell.configuration.align.training.epochs > 0
                ? try secondsPerStep(experiment, scenario.rawValue, scenario) : 0,
            evaluatedImage: try secondsPerEvaluatedImage(experiment),
            save: try secondsPerSave())
    }

    private static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let began = DispatchTime.now().uptimeNanoseconds
        try body()
        return Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
    }

    private func secondsPerImage(_ dataset: ImageDataset) throws -> Double {
        let count = min(Self.mostImages, dataset.count)
        return try Self.seconds { _ = try dataset.batch(Array(0..<count)) } / Double(count)
    }

    /// The time of real steps, after the first one, which also fills caches.
    private func secondsPerStep(
        _ experiment: Experiment, _ stage: String, _ scenario: Scenario?
    ) throws -> Double {
        let configuration = cell.configuration
        let training = experiment.training(of: stage)
        let images = experiment.images(of: stage).training
        let objective: any TrainingObjective
        if let scenario {
            objective = try configuration.align.makeObjective(
                scenario, target: experiment.target, configuration.explanationSettings())
        } else {
            objective = configuration.train.supervisedObjective
        }
        let model = try freshModel(configuration)
        try configuration.freeze(model, isAlignment: scenario != nil)
        var plan = training.plan
        plan.epochs = 1_000_000
        let batches = (images.count + training.batchSize - 1) / training.batchSize
        let tuner = FineTuner(model, objective, plan: plan, batches: batches)
        var began: UInt64 = 0
        var elapsed = 0.0
        var steps = 0
        do {
            while true {
                try tuner.finishEpoch(on: images, batchSize: training.batchSize) { _, _ in
                    try Interruption.check("while the time of a step was measured")
                    let now = DispatchTime.now().uptimeNanoseconds
                    if began == 0 {
                        began = now
                        return
                    }
                    steps += 1
                    elapsed = Double(now - began) / 1e9
                    if steps >= 2, elapsed > Self.seconds { throw Enough() }
                }
            }
        } catch is Enough {
            return elapsed / Double(steps)
        }
    }

    /// The evaluation of images that are spread over the data set, the second time.
    private func secondsPerEvaluatedImage(_ experiment: Experiment) throws -> Double {
        let evaluate = experiment.data.evaluate
        let count = min(Self.mostImages, evaluate.count)
        let dataset = evaluate.subset((0..<count).map { $0 * evaluate.count / count })
        let validation = try experiment.stages.validation(
            freshModel(cell.configuration), dataset)
        let methods = try cell.configuration.evaluatedMethods()
        let metrics = try cell.configuration.metrics()
        let factors = Dictionary(uniqueKeysWithValues: methods.map { ($0.name, RunFactors()) })
        func pass() throws {
            _ = try validation.entries(methods, metrics, factors: factors, keepsMaps: false)
        }
        try pass()
        return try Self.seconds(pass) / Double(count)
    }

    private func secondsPerSave() throws -> Double {
        let model = try freshModel(cell.configuration)
        let optimiser = AdamW(
            model.trainableParameters, settings: cell.configuration.align.training.plan.optimiser)
        let checkpoint = ModelStore.checkpoint(
            model, classes: cell.configuration.data.classes, optimiser: optimiser)
        let path = "\(folder)/.measured-\(getpid()).h5"
        defer { unlink(path) }
        return try Self.seconds { try checkpoint.write(path, durable: true) }
    }
}
