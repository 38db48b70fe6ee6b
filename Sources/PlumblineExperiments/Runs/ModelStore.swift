import PlumblineTraining
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Reads models from checkpoints, and makes checkpoints of models.
package enum ModelStore {
    /// The model of a checkpoint, as it was saved.
    ///
    /// Adam's moments are not read.
    ///
    /// - Throws: ``StorageError`` if the weights are not exactly those of the model.
    package static func model(
        _ path: String
    ) throws -> (model: any Classifier, checkpoint: Checkpoint) {
        var createdModel: (any Classifier)?
        let checkpoint = try Checkpoint.read(path, includesOptimiser: false) { checkpoint in
            let model = try ModelRegistry.make(
                checkpoint.model, classes: checkpoint.classes.count,
                configuration: ModelConfiguration(
                    json: checkpoint.modelConfiguration, output: outputKind(checkpoint, path)))
            createdModel = model
            return shapes(of: model)
        }
        guard let model = createdModel else {
            throw StorageError(path, "is not a Plumbline checkpoint")
        }
        try assign(checkpoint, to: model, path: path)
        return (model, checkpoint)
    }

    /// - Throws: ``StorageError`` for an output kind that does not exist.
    private static func outputKind(_ checkpoint: Checkpoint, _ path: String) throws -> OutputKind {
        guard let output = OutputKind(rawValue: checkpoint.output) else {
            let known = OutputKind.allCases.map(\.rawValue).joined(separator: " or ")
            throw StorageError(path, "attribute output is \(checkpoint.output), not \(known)")
        }
        return output
    }

    /// A checkpoint whose weights are those of `model`.
    ///
    /// ``assign(_:to:path:)`` copies them into the model.
    ///
    /// - Throws: ``StorageError`` if a weight is missing, unknown or of another shape. Weights of
    ///   other programs are read by ``WeightImport``.
    static func read(_ path: String, for model: any Classifier, includesOptimiser: Bool) throws
        -> Checkpoint
    {
        try Checkpoint.read(path, includesOptimiser: includesOptimiser) { _ in shapes(of: model) }
    }

    private static func shapes(of model: any Classifier) -> [(name: String, shape: [Int])] {
        model.parameters.map { ($0.name, $0.torchShape) }
    }

    static func assign(_ checkpoint: Checkpoint, to model: any Classifier, path: String) throws {
        for parameter in model.parameters {
            guard let stored = checkpoint.weights[parameter.name] else {
                throw StorageError(path, "lacks weights/\(parameter.name) of \(model.name)")
            }
            try WeightImport.requireFinite(stored, "weights/\(parameter.name)", path)
            parameter.assign(parameter.fromTorch(stored))
        }
    }

    /// The model as a checkpoint, with the optimiser's state if one is given.
    static func checkpoint(_ model: any Classifier, classes: [String], optimiser: AdamW? = nil)
        -> Checkpoint
    {
        let weights = model.parameters.map { ($0.name, $0.torchValue) }
        var checkpoint = Checkpoint(
            model: model.name, modelConfiguration: model.configuration.json, classes: classes,
            weights: Dictionary(uniqueKeysWithValues: weights))
        checkpoint.output = model.output.rawValue
        if let optimiser {
            checkpoint.optimiser = (joined(optimiser.first), joined(optimiser.second))
        }
        return checkpoint
    }

    /// Restores a stored optimiser state.
    ///
    /// - Throws: ``StorageError`` if the checkpoint has none of that size.
    static func restore(_ optimiser: AdamW, from checkpoint: Checkpoint, path: String) throws {
        let shapes = optimiser.first.map(\.shape)
        let total = shapes.reduce(0) { $0 + $1.reduce(1, *) }
        guard let stored = checkpoint.optimiser, stored.first.count == total,
            stored.second.count == total
        else {
            throw StorageError(path, "lacks an optimiser state of \(total) values")
        }
        optimiser.restore(
            step: checkpoint.step, first: parts(stored.first, shapes),
            second: parts(stored.second, shapes))
    }

    private static func joined(_ tensors: [Tensor]) -> Tensor {
        concatenate(tensors.map { $0.reshaped([-1]) }, axis: 0)
    }

    private static func parts(_ tensor: Tensor, _ shapes: [[Int]]) -> [Tensor] {
        // Copies, because the optimiser changes its moments in place.
        zip(tensor.split(shapes.map { $0.reduce(1, *) }, axis: 0), shapes).map { $0.reshaped($1) }
    }
}
