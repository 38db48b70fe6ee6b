import Foundation
import Storage
import Tensors

/// Judges one checkpoint on the evaluation set of a configuration.
public func evaluateCheckpoint(_ path: String, on configuration: Configuration, scenario: String)
    throws -> Results
{
    if configuration.threads > 0 { setThreads(configuration.threads) }
    let (model, checkpoint) = try ModelStore.model(path)
    guard checkpoint.classes == configuration.data.classes else {
        throw StorageError(
            path,
            "has the classes \(checkpoint.classes.joined(separator: ", ")); data.classes are \(configuration.data.classes.joined(separator: ", "))"
        )
    }
    let data = try ExperimentData(configuration, needsStart: false, needsAlignment: false)
    let target = configuration.data.classes.firstIndex(of: configuration.data.target)!
    let validation = Validation(
        model: model, dataset: data.evaluate, target: target,
        batchSize: configuration.evaluate.batchSize, configuration: configuration)
    var results = Results()
    for method in configuration.evaluate.explanations {
        let identity = RunIdentity(
            className: configuration.data.target, model: model.name, explanation: method,
            pretraining: configuration.model.pretraining,
            scenario: scenario)
        let found = try validation.results(
            method, identity, keepsMaps: configuration.evaluate.savesExplanations)
        results.replace(run: found.run, images: found.images, curve: nil, explanations: found.maps)
    }
    return results
}
