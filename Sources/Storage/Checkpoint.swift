import Foundation
import Tensors

/// A model at one moment, with all that is needed to go on from there. Weights are by PyTorch's
/// names in PyTorch's layout.
public struct Checkpoint {
    public static let formatVersion = 1

    public var model: String
    /// JSON overrides of the architecture's defaults.
    public var modelConfiguration: String
    public var classes: [String]
    public var step = 0, epoch = 0
    public var seed: UInt64 = 0
    /// The YAML of the run.
    public var configuration = ""
    public var metrics: [String: Double] = [:]
    /// What the result depends on beyond the configuration, by what it is.
    public var identity: [String: String] = [:]
    public var weights: [String: Tensor]
    /// Adam's moments in the order and layout of the model's trainable parameters, one after the
    /// other.
    public var optimiser: (first: Tensor, second: Tensor)?
    /// A row a step so far.
    public var curve = Table()

    public init(
        model: String, modelConfiguration: String, classes: [String], weights: [String: Tensor]
    ) {
        (self.model, self.modelConfiguration, self.classes, self.weights) = (
            model, modelConfiguration, classes, weights
        )
    }

    /// - Parameter durable: see ``HDF5File/write(_:durable:_:)``.
    public func write(_ path: String, durable: Bool = true) throws {
        try HDF5File.write(path, durable: durable) { file in
            for (name, tensor) in weights.sorted(by: { $0.key < $1.key }) {
                try file.write("weights/\(name)", tensor)
            }
            if let optimiser {
                try file.write("optimizer/first_moments", optimiser.first)
                try file.write("optimizer/second_moments", optimiser.second)
            }
            // Every stream of random numbers follows from the seed and the step.
            try file.write("rng", [seed, UInt64(step)])
            if curve.rowCount > 0 { try file.write("curve", curve) }
            try file.setAttribute("model", model)
            try file.setAttribute("model_config", modelConfiguration)
            try file.setAttribute("classes", try Self.json(classes))
            try file.setAttribute("step", step)
            try file.setAttribute("epoch", epoch)
            try file.setAttribute("seed", Int(bitPattern: UInt(seed)))
            try file.setAttribute("config", configuration)
            try file.setAttribute("metrics", try Self.json(metrics))
            try file.setAttribute("identity", try Self.json(identity))
            try file.setAttribute("format_version", Self.formatVersion)
        }
    }

    /// - Throws: ``StorageError`` for a file that is no checkpoint or is damaged.
    public static func read(_ path: String) throws -> Checkpoint {
        let file = try HDF5File.open(path)
        guard file.hasAttribute("format_version"), file.exists("weights") else {
            throw StorageError(path, "not a Plumbline checkpoint")
        }
        let version = try file.integer("format_version")
        guard version == formatVersion else {
            throw StorageError(
                path, "format_version \(version); this Plumbline reads \(formatVersion)")
        }
        var weights: [String: Tensor] = [:]
        for name in file.datasets(in: "weights") {
            weights[name] = try file.tensor("weights/\(name)")
        }
        guard
            let classes = try? JSONDecoder().decode(
                [String].self, from: Data(try file.text("classes").utf8))
        else {
            throw StorageError(path, "attribute classes is no JSON list of names")
        }
        var checkpoint = Checkpoint(
            model: try file.text("model"), modelConfiguration: try file.text("model_config"),
            classes: classes, weights: weights)
        checkpoint.step = try file.integer("step")
        checkpoint.epoch = try file.integer("epoch")
        checkpoint.seed = try file.unsignedIntegers("rng").first ?? 0
        checkpoint.configuration = try file.text("config")
        guard
            let metrics = try? JSONDecoder().decode(
                [String: Double].self, from: Data(try file.text("metrics").utf8))
        else {
            throw StorageError(path, "attribute metrics is no JSON object of numbers")
        }
        checkpoint.metrics = metrics
        if file.hasAttribute("identity") {
            let text = Data(try file.text("identity").utf8)
            guard let identity = try? JSONDecoder().decode([String: String].self, from: text) else {
                throw StorageError(path, "attribute identity is no JSON object of texts")
            }
            checkpoint.identity = identity
        }
        if file.exists("optimizer/first_moments") {
            checkpoint.optimiser = (
                try file.tensor("optimizer/first_moments"),
                try file.tensor("optimizer/second_moments")
            )
        }
        if file.exists("curve") { checkpoint.curve = try file.table("curve") }
        return checkpoint
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
