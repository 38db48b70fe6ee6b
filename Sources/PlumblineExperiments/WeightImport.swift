import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Weights of any known format and origin put into a model.
public enum WeightImport {
    /// - Parameter key: the key of the weights in the file, or the prefix of their names; empty:
    ///   the weights that fit best.
    /// - Throws: ``StorageError`` that names what is missing or has the wrong shape, except for the
    ///   head; and for values that are not finite.
    public static func load(_ path: String, into model: any Classifier, key: String = "") throws
        -> ImportReport
    {
        let file = try WeightFile.open(path)
        return try load(file, match(file, model, key), into: model)
    }

    /// A model with a file's weights.
    ///
    /// Settings that the library of the weights has, such as an epsilon, are set unless the
    /// configuration sets them.
    ///
    /// - Parameter make: a model of a configuration.
    /// - Throws: as ``load(_:into:key:)``, and what `make` throws.
    static func model(
        _ configuration: ModelConfiguration, weights file: WeightFile, key: String,
        _ make: (ModelConfiguration) throws -> any Classifier
    ) throws -> (model: any Classifier, report: ImportReport) {
        var model = try make(configuration)
        let match = try match(file, model, key)
        let settings = match.naming.settings.filter { configuration.values[$0.key] == nil }
        guard !settings.isEmpty else { return (model, try load(file, match, into: model)) }
        var fitted = configuration
        for (key, value) in settings { fitted.values[key] = .number(value) }
        model = try make(fitted)
        var report = try load(file, match, into: model)
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            report.adapted.append("\(key) is \(value), as in \(match.naming.library)")
        }
        return (model, report)
    }

    private static func load(
        _ file: WeightFile, _ match: WeightMatch, into model: any Classifier
    ) throws -> ImportReport {
        let shapes = file.candidates.first { $0.key == match.key }?.shapes ?? [:]
        // Shapes first: nothing is read of a file that does not fit.
        let plan = WeightPlan(match, shapes, model)
        if let problem = plan.problem(model, file.format) { throw StorageError(file.path, problem) }
        let values = try plan.steps.map { step in
            let tensors = try step.names.map { name in
                let tensor = try file.tensor(name, in: match.key)
                try requireFinite(tensor, name, file.path)
                return tensor
            }
            let joined = tensors.count == 1 ? tensors[0] : concatenate(tensors, axis: 0)
            let value = step.adaptation.map { $0(joined) } ?? joined
            guard value.shape == step.parameter.torchShape else {
                throw StorageError(
                    file.path,
                    "\(step.parameter.name): \(model.name) adapts its shape to \(value.shape), "
                        + "must be \(step.parameter.torchShape)")
            }
            return value
        }
        // Only now, so that a file that does not fit changes nothing.
        for (step, value) in zip(plan.steps, values) {
            step.parameter.assign(step.parameter.fromTorch(value))
        }
        return ImportReport(match: match, plan: plan)
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
        if let match = WeightMatch.best(
            candidates, for: places, of: model.architecture, key: key.isEmpty ? nil : key)
        {
            return match
        }
        let keys = candidates.map(\.key).filter { !$0.isEmpty }.sorted()
        throw StorageError(
            file.path,
            "no weights are under the key or below the prefix \(key)"
                + (keys.isEmpty ? "" : "; it has weights under \(ImportReport.listed(keys))"))
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
    ///   - classes: the names of the classes; `nil` for those of the file's head, which are
    ///     numbered if the file does not name them.
    ///   - outputKind: what the outputs mean together; `nil` for what the file says, and otherwise
    ///     multiclass if a head of several classes is kept.
    ///   - drawsNewHead: whether a head of another size is replaced by a random one.
    ///   - key: as of ``load(_:into:key:)``.
    ///   - preprocessing: the settings of images that the model needs, as `key=value`, such as
    ///     `data.preprocessing=imagenet`; empty for those that ``export(checkpoint:to:)`` wrote to
    ///     the file, if it did. They are stored in the checkpoint.
    /// - Throws: ``ConfigurationError`` for a model, a configuration, settings of images or an
    ///   output that is not possible; ``StorageError`` for weights that do not fit.
    public static func checkpoint(
        model name: String, configuration: String, classes: [String]?,
        outputKind: OutputKind? = nil, drawsNewHead: Bool = false, weights: String,
        key: String = "", preprocessing: [String] = [], output: String
    ) throws -> ImportReport {
        try OutputFiles.check(output, option: "--output", inputs: [weights])
        do {
            let settings = try ModelConfiguration(json: configuration)
            let file = try WeightFile.open(weights)
            let head = ImportedHead(
                file, key: key.isEmpty ? nil : key,
                try ModelRegistry.make(name, classes: 2, configuration: settings))
            let classes = try Self.classes(classes, head, weights, drawsNewHead: drawsNewHead)
            let keepsHead = head?.classCount == classes.count
            let kind = outputKind ?? Self.outputKind(file, classes, keepsHead: keepsHead)
            var (model, report) = try Self.model(
                ModelConfiguration(settings.values, output: kind), weights: file, key: key
            ) { try ModelRegistry.make(name, classes: classes.count, configuration: $0) }
            report.adapted.append(Self.line(kind, isGiven: outputKind != nil))
            if keepsHead, head?.names == nil {
                report.adapted.append(
                    "the file does not name its \(classes.count) classes; they are called "
                        + ImportReport.listed(classes))
            }
            let images = try Self.images(preprocessing, file, model)
            if preprocessing.isEmpty, let images {
                report.adapted.append(
                    "the file says how an image becomes the input: "
                        + images.data.preprocessing.preset.rawValue)
            }
            var checkpoint = ModelStore.checkpoint(model, classes: classes)
            checkpoint.preprocessing = images?.preprocessingYAML ?? ""
            try checkpoint.write(output)
            return report
        } catch let error as ModelError {
            throw ConfigurationError("import", "--model, --config", error.description)
        }
    }

    /// The settings of images that are given, or else those that the file stores.
    ///
    /// - Returns: `nil` if there are none.
    /// - Throws: ``ConfigurationError`` for settings that are wrong or do not fit the model.
    private static func images(
        _ given: [String], _ file: WeightFile, _ model: any Classifier
    ) throws -> Configuration? {
        if !given.isEmpty {
            return try Configuration(preprocessing: given, for: model, path: file.path)
        }
        guard let text = file.metadata[WeightFile.preprocessingName] else { return nil }
        let stored = try Configuration(stored: text, file: file.path)
        try stored.checkInput(of: model, file.path)
        return stored
    }

    /// The names of the classes of a checkpoint.
    ///
    /// - Throws: ``ConfigurationError`` if they are not given and the file has no head, if they
    ///   contradict the file, or if a head would be thrown away without being asked for.
    private static func classes(
        _ given: [String]?, _ head: ImportedHead?, _ path: String, drawsNewHead: Bool
    ) throws -> [String] {
        guard let given else {
            guard let head else {
                throw ConfigurationError(
                    path, "--classes",
                    "the file has no head that fits the model; name the classes of a new one")
            }
            return head.classes
        }
        guard let head else { return given }
        guard head.classCount == given.count || drawsNewHead else {
            throw ConfigurationError(
                path, "--classes",
                "names \(given.count) classes, and the head of the file has \(head.classCount); "
                    + "leave the option out to keep that head, or give --new-head for a random one")
        }
        if let problem = head.contradiction(with: given) {
            throw ConfigurationError(path, "--classes", problem)
        }
        return given
    }

    private static func outputKind(
        _ file: WeightFile, _ classes: [String], keepsHead: Bool
    ) -> OutputKind {
        if let stored = file.metadata["output"].flatMap(OutputKind.init) { return stored }
        return keepsHead && classes.count > 1 ? .multiclass : .multilabel
    }

    private static func line(_ kind: OutputKind, isGiven: Bool) -> String {
        let meaning =
            switch kind {
            case .multiclass: "multiclass: exactly one class per image (softmax)"
            case .multilabel: "multilabel: each class by itself (sigmoid)"
            }
        return isGiven ? meaning : meaning + "; --kind says otherwise"
    }
}
