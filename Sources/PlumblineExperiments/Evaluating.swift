import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Judges one checkpoint on the evaluation set of a configuration.
///
/// Preprocessing, classes and architecture are the checkpoint's; see
/// ``Configuration/adopting(_:model:path:)``.
///
/// - Parameter scenario: what the results call it; `nil` for the stage that made the checkpoint,
///   or `start` where that is not known.
public func evaluateCheckpoint(
    _ path: String, on data: Configuration, scenario: String? = nil
) throws -> Results {
    if data.threads > 0 { setThreads(data.threads) }
    let (model, checkpoint) = try ModelStore.model(path)
    let configuration = try data.adopting(checkpoint, model: model, path: path)
    let images = try ExperimentData(configuration, needsStart: false, needsAlignment: false)
    let target = configuration.data.classes.firstIndex(of: configuration.data.target)!
    let validation = Validation(
        model: model, dataset: images.evaluate, target: target,
        batchSize: configuration.evaluate.batchSize, configuration: configuration)
    let stage = checkpoint.stage.isEmpty ? "start" : checkpoint.stage
    // A run's folder names its checkpoints by what they were chosen by.
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    var results = Results()
    results.margin = configuration.evaluate.margin
    for method in configuration.judgedExplanations {
        let factors = try RunFactors(
            checkpoint, data: configuration, explanation: method, scenario: scenario ?? stage,
            choice: Configuration.CheckpointChoice(rawValue: name))
        let found = try validation.results(
            method, factors, keepsMaps: configuration.evaluate.savesExplanations)
        results.replace(
            run: found.run, images: found.images, curve: nil, explanations: found.maps)
    }
    return results
}
