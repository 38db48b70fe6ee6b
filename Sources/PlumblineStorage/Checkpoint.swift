import Foundation
import PlumblineTensors

/// A model at one step of its training, with everything that is needed to continue.
///
/// Weights have PyTorch's names and layout.
public struct Checkpoint {
    public static let formatVersion = 1

    public var model: String
    /// Settings of the architecture as JSON.
    public var modelConfiguration: String
    public var classes: [String]
    /// What the outputs mean together: `multilabel` or `multiclass`.
    public var output = "multilabel"
    public var step = 0
    public var epoch = 0
    public var seed: UInt64 = 0
    /// The YAML of the run.
    public var configuration = ""
    /// The settings of images that an imported model needs, as YAML of the section `data`.
    ///
    /// Empty if they are not known, or if ``configuration`` has them.
    public var preprocessing = ""
    public var metrics: [String: Double] = [:]
    /// The stage that made it: `start`, `align` or `misalign`.
    ///
    /// Empty if that is not known.
    public var stage = ""
    /// Digests of what the result depends on besides the configuration.
    public var identity: [String: String] = [:]
    public var weights: [String: Tensor]
    /// Adam's moments, in the order and layout of the model's trainable parameters.
    public var optimiser: (first: Tensor, second: Tensor)?
    /// A row per step.
    public var curve = Table()

    public init(
        model: String, modelConfiguration: String, classes: [String], weights: [String: Tensor]
    ) {
        self.model = model
        self.modelConfiguration = modelConfiguration
        self.classes = classes
        self.weights = weights
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
            // The seed and the step determine every random number.
            try file.write("rng", [seed, UInt64(step)])
            if curve.rowCount > 0 { try file.write("curve", curve) }
            try file.setAttribute("model", model)
            try file.setAttribute("model_config", modelConfiguration)
            try file.setAttribute("classes", try Self.json(classes))
            try file.setAttribute("output", output)
            try file.setAttribute("step", step)
            try file.setAttribute("epoch", epoch)
            try file.setAttribute("seed", Int(bitPattern: UInt(seed)))
            try file.setAttribute("config", configuration)
            if !preprocessing.isEmpty { try file.setAttribute("preprocessing", preprocessing) }
            try file.setAttribute("metrics", try Self.json(metrics))
            try file.setAttribute("stage", stage)
            try file.setAttribute("identity", try Self.json(identity))
            try file.setAttribute("format_version", Self.formatVersion)
        }
    }

    /// - Parameters:
    ///   - shapes: gives the expected weights with their shapes, from the rest of the checkpoint.
    ///     `nil` reads every weight of the file. No other data set is read.
    ///   - includesOptimiser: whether Adam's moments are read, if the file has them.
    /// - Throws: ``StorageError`` if the file is not a checkpoint, is damaged, or has other weights
    ///   than the expected ones.
    public static func read(
        _ path: String, includesOptimiser: Bool = true,
        shapes: ((Checkpoint) throws -> [(name: String, shape: [Int])])? = nil
    ) throws -> Checkpoint {
        let file = try HDF5File.open(path)
        var checkpoint = try facts(file, path)
        let names = try file.datasets(in: "weights")
        let expectedWeights =
            try shapes?(checkpoint) ?? names.map { ($0, try file.shape(of: "weights/\($0)")) }
        let known = Set(names)
        for (name, shape) in expectedWeights {
            guard known.contains(name) else { throw StorageError(path, "no weights/\(name)") }
            checkpoint.weights[name] = try file.tensor("weights/\(name)", expected: shape)
        }
        if let unknown = known.subtracting(expectedWeights.map(\.name)).sorted().first {
            throw StorageError(path, "weights/\(unknown) is not a parameter of \(checkpoint.model)")
        }
        if includesOptimiser, try file.exists("optimizer/first_moments") {
            let count = expectedWeights.reduce(0) { $0 + $1.shape.reduce(1, *) }
            let moments = try ["first", "second"].map { which -> Tensor in
                let name = "optimizer/\(which)_moments"
                let shape = try file.shape(of: name)
                guard shape.count == 1, shape[0] <= count else {
                    throw StorageError(path, "\(name) has shape \(shape) for \(count) weights")
                }
                return try file.tensor(name, expected: shape)
            }
            checkpoint.optimiser = (moments[0], moments[1])
        }
        if try file.exists("curve") { checkpoint.curve = try file.table("curve") }
        return checkpoint
    }

    /// A checkpoint without its weights and moments, and by default without its curve.
    public static func facts(_ path: String, includesCurve: Bool = false) throws -> Checkpoint {
        let file = try HDF5File.open(path)
        var checkpoint = try facts(file, path)
        if includesCurve, try file.exists("curve") { checkpoint.curve = try file.table("curve") }
        return checkpoint
    }

    /// ``preprocessing`` of a file of weights.
    ///
    /// - Returns: `nil` for a file that is not a checkpoint, or stores none.
    public static func importedPreprocessing(_ path: String) throws -> String? {
        // Who reads the weights says why a file is not readable.
        guard HDF5File.isHDF5(path) else { return nil }
        let file = try HDF5File.open(path)
        guard try file.hasAttribute("format_version"), try file.hasAttribute("preprocessing") else {
            return nil
        }
        return try file.text("preprocessing")
    }

    private static func check(_ file: HDF5File, _ path: String) throws {
        guard try file.hasAttribute("format_version"), try file.exists("weights") else {
            throw StorageError(path, "not a Plumbline checkpoint")
        }
        try file.checkVersion(formatVersion...formatVersion)
    }

    /// The same of an open file.
    ///
    /// Opening hashes the whole file, so one that is open is not opened again.
    static func facts(_ file: HDF5File, _ path: String) throws -> Checkpoint {
        try check(file, path)
        func decoded<Value: Decodable>(_ name: String, _ what: String) throws -> Value {
            let data = Data(try file.text(name).utf8)
            guard let value = try? JSONDecoder().decode(Value.self, from: data) else {
                throw StorageError(path, "attribute \(name) is not a JSON \(what)")
            }
            return value
        }
        var checkpoint = Checkpoint(
            model: try file.text("model"), modelConfiguration: try file.text("model_config"),
            classes: try decoded("classes", "list of names"), weights: [:])
        checkpoint.step = try file.integer("step")
        checkpoint.epoch = try file.integer("epoch")
        guard checkpoint.step >= 0, checkpoint.epoch >= 0 else {
            throw StorageError(path, "step \(checkpoint.step) of epoch \(checkpoint.epoch)")
        }
        checkpoint.seed = try file.unsignedIntegers("rng").first ?? 0
        checkpoint.configuration = try file.text("config")
        if try file.hasAttribute("preprocessing") {
            checkpoint.preprocessing = try file.text("preprocessing")
        }
        checkpoint.metrics = try decoded("metrics", "object of numbers")
        // Checkpoints of older programs are multilabel.
        if try file.hasAttribute("output") { checkpoint.output = try file.text("output") }
        if try file.hasAttribute("stage") { checkpoint.stage = try file.text("stage") }
        if try file.hasAttribute("identity") {
            checkpoint.identity = try decoded("identity", "object of texts")
        }
        return checkpoint
    }

    /// ``classes`` as a JSON list.
    public var classesJSON: String {
        get throws { try Self.json(classes) }
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
