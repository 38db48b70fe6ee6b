import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Weights of any known format and origin put into a model.
public enum WeightImport {
    /// - Parameter key: under which key of the file, or below which prefix of names, the weights
    ///   are; empty: where the most fit.
    /// - Throws: ``StorageError`` that names what is missing or has the wrong shape, the head
    ///   apart, and tensors with values that are not finite.
    public static func load(_ path: String, into model: any Classifier, key: String = "") throws
        -> ImportReport
    {
        let file = try WeightFile.open(path)
        return try load(file, match(file, model, key), into: model)
    }

    /// A model with a file's weights.
    ///
    /// What the weights' origin says about the architecture is set where the configuration does not
    /// say it.
    ///
    /// - Parameter make: a model of a configuration.
    /// - Throws: as ``load(_:into:key:)``, and what `make` throws.
    static func model(
        _ configuration: ModelConfiguration, weights path: String, key: String,
        _ make: (ModelConfiguration) throws -> any Classifier
    ) throws -> (model: any Classifier, report: ImportReport) {
        var model = try make(configuration)
        let file = try WeightFile.open(path)
        let match = try match(file, model, key)
        guard let epsilon = match.normEpsilon, model is VisionTransformer,
            configuration.values["norm_eps"] == nil
        else { return (model, try load(file, match, into: model)) }
        var fitted = configuration
        fitted.values["norm_eps"] = .number(epsilon)
        model = try make(fitted)
        var report = try load(file, match, into: model)
        report.adapted.append(
            "layer norm's epsilon is \(epsilon), as transformers has it (norm_eps)")
        return (model, report)
    }

    private static func load(
        _ file: WeightFile, _ match: WeightMatch, into model: any Classifier
    ) throws -> ImportReport {
        let path = file.path
        let shapes = file.candidates.first { $0.key == match.key }?.shapes ?? [:]
        var report = ImportReport(match: match)
        var misfit = Misfit()
        var assigned: [(parameter: Parameter, value: Tensor)] = []
        func value(_ names: [String]) throws -> Tensor {
            let tensors = try names.map { name in
                let tensor = try file.tensor(name, in: match.key)
                try requireFinite(tensor, name, path)
                return tensor
            }
            return tensors.count == 1 ? tensors[0] : concatenate(tensors, axis: 0)
        }
        // Shapes first: nothing is read of a file that does not fit.
        var adaptations: [(parameter: Parameter, adaptation: WeightAdaptation, name: String)] = []
        var fitting: [(parameter: Parameter, names: [String])] = []
        for parameter in model.parameters {
            let isHead = model.headNames.contains(parameter.name)
            let wanted = parameter.torchShape
            guard let parts = match.sources[parameter.name] else {
                if isHead {
                    report.drawnAnew.append(parameter.name)
                } else {
                    misfit.missing.append(parameter.name)
                }
                continue
            }
            let shape = WeightMatch.shape(parts.map { shapes[$0]! })
            if shape == wanted {
                fitting.append((parameter, parts))
            } else if isHead {
                report.drawnAnew.append(parameter.name)
            } else if parts.count == 1, let adaptation = WeightAdaptation(parameter, from: shape) {
                adaptations.append((parameter, adaptation, parts[0]))
                report.adapted.append("\(parameter.name): \(adaptation.description)")
            } else {
                misfit.misshaped.append("\(parameter.name) has \(shape), \(wanted) is wanted")
            }
        }
        let used = Set(match.sources.values.joined())
        report.unexpected = shapes.keys.filter {
            !used.contains($0) && !$0.hasSuffix("num_batches_tracked")
        }.sorted()
        if let problem = misfit.problem(model, file.format, report.unexpected) {
            throw StorageError(path, problem)
        }
        for (parameter, names) in fitting { assigned.append((parameter, try value(names))) }
        for (parameter, adaptation, name) in adaptations {
            assigned.append((parameter, adaptation(try value([name]))))
        }
        // Only now, so that a file that does not fit changes nothing.
        for (parameter, value) in assigned { parameter.assign(parameter.fromTorch(value)) }
        report.loaded = assigned.count
        return report
    }

    private static func match(
        _ file: WeightFile, _ model: any Classifier, _ key: String
    ) throws -> WeightMatch {
        let candidates = file.candidates.map {
            WeightMatch.Candidate(key: $0.key, shapes: $0.shapes)
        }
        let places = model.parameters.map {
            WeightMatch.Place(
                name: $0.name, shape: $0.torchShape, isHead: model.headNames.contains($0.name))
        }
        if let match = WeightMatch.best(candidates, for: places, wanted: key.isEmpty ? nil : key) {
            return match
        }
        let keys = candidates.map(\.key).filter { !$0.isEmpty }.sorted()
        throw StorageError(
            file.path,
            "no weights are under the key or below the prefix \(key)"
                + (keys.isEmpty ? "" : "; it has weights under \(ImportReport.listed(keys))"))
    }

    /// What a file lacks.
    private struct Misfit {
        var missing: [String] = []
        var misshaped: [String] = []

        /// `nil` where it lacks nothing.
        func problem(
            _ model: any Classifier, _ format: WeightFile.Format, _ unexpected: [String]
        ) -> String? {
            guard !missing.isEmpty || !misshaped.isEmpty else { return nil }
            var wrong: [String] = []
            if !missing.isEmpty { wrong.append("missing: \(ImportReport.listed(missing))") }
            if !misshaped.isEmpty {
                wrong.append(
                    "wrong shape: \(ImportReport.listed(misshaped, separator: "; "))")
            }
            if !unexpected.isEmpty {
                wrong.append("without a place: \(ImportReport.listed(unexpected))")
            }
            return
                "does not fit \(model.name) (\(format.rawValue)); "
                + "\(wrong.joined(separator: " | ")); "
                + "name the architecture and the configuration that the weights were made with "
                + "(import: --model, --config; run: model.name, model.config)"
        }
    }

    /// - Throws: ``StorageError`` with the number of values that are not finite.
    static func requireFinite(_ tensor: Tensor, _ name: String, _ path: String) throws {
        guard !tensor.isFinite else { return }
        let count = tensor.values.count { !$0.isFinite }
        throw StorageError(
            path, "\(name): \(count) of \(tensor.count) values are not finite (NaN or infinite)")
    }

    /// A checkpoint of a registered model with weights from a file.
    ///
    /// - Parameters:
    ///   - key: as of ``load(_:into:key:)``.
    ///   - preprocessing: the settings of images that the model needs, as `key=value`, such as
    ///     `data.preprocessing=imagenet`. They are stored in the checkpoint.
    /// - Throws: ``ConfigurationError`` for a model, a configuration, settings of images or an
    ///   output that is not possible; ``StorageError`` for weights that do not fit.
    public static func checkpoint(
        model name: String, configuration: String, classes: [String], weights: String,
        key: String = "", preprocessing: [String] = [], output: String
    ) throws -> ImportReport {
        try OutputFiles.check(output, option: "--output", inputs: [weights])
        func make(_ configuration: ModelConfiguration) throws -> any Classifier {
            try ModelRegistry.make(name, classes: classes.count, configuration: configuration)
        }
        let (model, report): (any Classifier, ImportReport)
        do {
            (model, report) = try Self.model(
                ModelConfiguration(json: configuration), weights: weights, key: key, make)
        } catch let error as ModelError {
            throw ConfigurationError("import", "--model, --config", error.description)
        }
        var checkpoint = ModelStore.checkpoint(model, classes: classes)
        checkpoint.preprocessing = try Configuration.preprocessingYAML(
            preprocessing, for: model, path: weights)
        try checkpoint.write(output)
        return report
    }

    /// A checkpoint's weights as safetensors or, by the file's name, HDF5; under torchvision's and
    /// timm's names and layouts.
    ///
    /// - Returns: how many tensors were written.
    public static func export(checkpoint: String, to output: String) throws -> Int {
        let (model, stored) = try ModelStore.model(checkpoint)
        let tensors = model.parameters.map { (name: $0.name, value: $0.torchValue) }
        if output.hasSuffix(".safetensors") {
            try SafeTensors.write(
                tensors,
                metadata: [
                    "model": model.name, "model_config": stored.modelConfiguration,
                    "classes": stored.classes.joined(separator: "|"),
                ],
                to: output)
        } else if output.hasSuffix(".h5") || output.hasSuffix(".hdf5") {
            try HDF5File.write(output) { file in
                for (name, value) in tensors { try file.write("weights/\(name)", value) }
                try file.setAttribute("model", model.name)
                try file.setAttribute("model_config", stored.modelConfiguration)
            }
        } else {
            throw ConfigurationError(
                "--output", output, "a name that ends in .safetensors, .h5 or .hdf5 is wanted")
        }
        return tensors.count
    }
}
