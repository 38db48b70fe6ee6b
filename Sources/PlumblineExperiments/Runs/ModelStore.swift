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
            let model = try emptyModel(checkpoint, path)
            createdModel = model
            return shapes(of: model)
        }
        guard let model = createdModel else {
            throw StorageError(path, "is not a Plumbline checkpoint")
        }
        try assign(checkpoint, to: model, path: path)
        RunEvents.emit(.loaded(path: path))
        return (model, checkpoint)
    }

    /// A model of its own with the weights of a checkpoint that is in memory.
    ///
    /// Training it does not change the checkpoint.
    ///
    /// - Parameter path: the file of the checkpoint, for errors.
    /// - Throws: ``StorageError`` if the weights are not exactly those of the model.
    static func model(_ checkpoint: Checkpoint, path: String) throws -> any Classifier {
        let model = try emptyModel(checkpoint, path)
        for parameter in model.parameters {
            let stored = try weights(of: parameter, in: checkpoint, model, path)
            // An optimiser changes weights in place.
            parameter.assign(parameter.fromTorch(stored).copy)
        }
        return model
    }

    /// - Throws: ``StorageError`` for an output kind that does not exist.
    private static func emptyModel(
        _ checkpoint: Checkpoint, _ path: String
    ) throws -> any Classifier {
        guard let output = OutputKind(rawValue: checkpoint.output) else {
            let known = OutputKind.allCases.map(\.rawValue).joined(separator: " or ")
            throw StorageError(path, "attribute output is \(checkpoint.output), not \(known)")
        }
        return try ModelRegistry.make(
            checkpoint.model, classes: checkpoint.classes.count,
            configuration: ModelConfiguration(json: checkpoint.modelConfiguration, output: output))
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
        let checkpoint = try Checkpoint.read(path, includesOptimiser: includesOptimiser) { _ in
            shapes(of: model)
        }
        RunEvents.emit(.loaded(path: path))
        return checkpoint
    }

    private static func shapes(of model: any Classifier) -> [(name: String, shape: [Int])] {
        model.parameters.map { ($0.name, $0.torchShape) }
    }

    static func assign(_ checkpoint: Checkpoint, to model: any Classifier, path: String) throws {
        for parameter in model.parameters {
            let stored = try weights(of: parameter, in: checkpoint, model, path)
            try WeightImport.requireFinite(stored, "weights/\(parameter.name)", path)
            parameter.assign(parameter.fromTorch(stored))
        }
    }

    private static func weights(
        of parameter: Parameter, in checkpoint: Checkpoint, _ model: any Classifier, _ path: String
    ) throws -> Tensor {
        guard let stored = checkpoint.weights[parameter.name] else {
            throw StorageError(path, "lacks weights/\(parameter.name) of \(model.name)")
        }
        return stored
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
        // No date: the same training writes the same bytes.
        checkpoint.identity["version"] = plumblineVersion
        checkpoint.identity["program"] = plumblineProgram
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
