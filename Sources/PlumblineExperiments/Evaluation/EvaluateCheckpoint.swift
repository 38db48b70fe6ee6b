import Foundation
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Evaluates one checkpoint on the evaluation set of a configuration.
///
/// The checkpoint gives the preprocessing, the classes and the architecture; see
/// ``Configuration/adopting(_:model:path:)``.
///
/// - Parameter scenario: its name in the results. `nil` for the stage that made the checkpoint, or
///   for `start` if that is not known.
/// - Throws: an error if a file cannot be read, or if the configuration does not fit the
///   checkpoint.
public func evaluateCheckpoint(
    _ path: String, on data: Configuration, scenario: String? = nil
) throws -> Results {
    try evaluateCheckpoint(path, scenario: scenario) { _ in data }
}

/// The same with a configuration that may need the classes of the checkpoint.
///
/// - Parameters:
///   - ids: the images that are evaluated; `nil` for all.
///   - configuration: makes it from the classes. The checkpoint is read once.
public func evaluateCheckpoint(
    _ path: String, scenario: String? = nil, ids: ImageIDs? = nil,
    on configuration: (_ classes: [String]) throws -> Configuration
) throws -> Results {
    let (model, checkpoint) = try ModelStore.model(path)
    let data = try configuration(checkpoint.classes)
    _ = try data.validated()
    if data.threads > 0 { setThreads(data.threads) }
    let configuration = try data.adopting(checkpoint, model: model, path: path)
    let images = try ExperimentData(configuration, needsStart: false, needsAlignment: false)
    let target = try ResolvedConfiguration(configuration).target
    let validation = Validation(
        model: model, dataset: try ids?.subset(of: images.evaluate) ?? images.evaluate,
        target: target, configuration: configuration)
    let stage = checkpoint.stage.isEmpty ? "start" : checkpoint.stage
    // In a run's folder, the file name says how the checkpoint was chosen.
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    var results = Results()
    results.margin = configuration.evaluate.margin
    let entries = try validation.entries(
        of: checkpoint, scenario: scenario ?? stage,
        choice: Configuration.CheckpointChoice(rawValue: name))
    for entry in entries { results.replace(entry) }
    return results
}

extension Configuration {
    /// The methods that are evaluated, with their settings.
    func evaluatedMethods() throws -> [Evaluator.Method] {
        let settings = try explanationSettings()
        return try evaluatedExplanations.map {
            Evaluator.Method(
                $0, try ExplanationRegistry.make($0, settings), outputSeed: evaluate.outputSeed,
                quantity: settings.quantity)
        }
    }

    /// The metrics that score explanations.
    func metrics() throws -> [any Metric] { try evaluate.metrics.map(MetricRegistry.make) }
}

extension Validation {
    /// The entries of a checkpoint whose weights are in the model, one per evaluated method.
    func entries(
        of checkpoint: Checkpoint, scenario: String, choice: Configuration.CheckpointChoice?
    ) throws -> [Results.Entry] {
        let methods = try configuration.evaluatedMethods()
        let factors = try methods.map { method in
            try (
                method.name,
                RunFactors(
                    checkpoint, data: configuration, explanation: method.name,
                    scenario: scenario, choice: choice)
            )
        }
        let digest = model.digest
        let metrics = try configuration.metrics()
        var validation = self
        validation.comparisons = try configuration.comparisonModels(
            for: metrics, of: model, digest: digest, classes: checkpoint.classes)
        return try validation.entries(
            methods, metrics,
            factors: Dictionary(uniqueKeysWithValues: factors),
            keepsMaps: configuration.evaluate.savesExplanations
        ).map {
            var entry = $0
            entry.run.checkpointHash = digest
            return entry
        }
    }
}
