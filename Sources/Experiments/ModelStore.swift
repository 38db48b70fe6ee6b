import Alignment
import Models
import Storage
import Tensors

/// Between models in memory and checkpoints on disk.
enum ModelStore {
    /// The model of a checkpoint, as it was saved.
    static func model(_ path: String) throws -> (model: any Classifier, checkpoint: Checkpoint) {
        let checkpoint = try Checkpoint.read(path)
        let model = try ModelRegistry.make(
            checkpoint.model, classes: checkpoint.classes.count,
            configuration: ModelConfiguration(json: checkpoint.modelConfiguration))
        try load(checkpoint, into: model, path: path)
        return (model, checkpoint)
    }

    /// Puts a checkpoint's own weights back by name; anything missing, unknown or of another shape
    /// is an error. Weights of another origin go through ``WeightImport``.
    static func load(_ checkpoint: Checkpoint, into model: any Classifier, path: String) throws {
        var unknown = Set(checkpoint.weights.keys)
        for parameter in model.parameters {
            unknown.remove(parameter.name)
            guard let stored = checkpoint.weights[parameter.name] else {
                throw StorageError(path, "no weights/\(parameter.name) for \(model.name)")
            }
            guard stored.shape == parameter.torchShape else {
                throw StorageError(
                    path,
                    "weights/\(parameter.name) has shape \(stored.shape), \(model.name) wants \(parameter.torchShape)"
                )
            }
            try WeightImport.requireFinite(stored, "weights/\(parameter.name)", path)
            parameter.assign(parameter.fromTorch(stored))
        }
        if let name = unknown.sorted().first {
            throw StorageError(path, "weights/\(name) is no parameter of \(model.name)")
        }
    }

    /// The model, and the optimiser where given, as a checkpoint.
    static func checkpoint(_ model: any Classifier, classes: [String], optimiser: AdamW? = nil)
        -> Checkpoint
    {
        let weights = model.parameters.map { ($0.name, $0.torchValue) }
        var checkpoint = Checkpoint(
            model: model.name, modelConfiguration: model.configuration.json, classes: classes,
            weights: Dictionary(uniqueKeysWithValues: weights))
        if let optimiser {
            checkpoint.optimiser = (joined(optimiser.first), joined(optimiser.second))
        }
        return checkpoint
    }

    /// Puts a stored optimiser state back.
    static func restore(_ optimiser: AdamW, from checkpoint: Checkpoint, path: String) throws {
        let shapes = optimiser.first.map(\.shape), total = shapes.reduce(0) { $0 + $1.reduce(1, *) }
        guard let stored = checkpoint.optimiser, stored.first.count == total,
            stored.second.count == total
        else {
            throw StorageError(path, "no optimiser state of \(total) values")
        }
        optimiser.restore(
            step: checkpoint.step, first: parts(stored.first, shapes),
            second: parts(stored.second, shapes))
    }

    private static func joined(_ tensors: [Tensor]) -> Tensor {
        concatenate(tensors.map { $0.reshaped([-1]) }, axis: 0)
    }

    private static func parts(_ tensor: Tensor, _ shapes: [[Int]]) -> [Tensor] {
        // Copies: the optimiser changes its moments in place.
        zip(tensor.split(shapes.map { $0.reduce(1, *) }, axis: 0), shapes).map { $0.reshaped($1) }
    }
}
