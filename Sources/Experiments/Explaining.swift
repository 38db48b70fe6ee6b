import Datasets
import Explanations
import Foundation
import Metrics
import Models
import Storage
import Tensors

/// Explains films of a folder, a file or a data set with a checkpoint.
public struct Explaining {
    public let model: any Classifier
    /// The run that made the checkpoint: its preprocessing applies here too.
    public let configuration: Configuration
    public let classes: [String]
    public let target: Int
    public let explanation: any Explanation

    /// - Throws: an error that lists the classes where `className` is none of the checkpoint's.
    public init(
        checkpoint path: String, className: String, method: String, overrides: [String] = []
    ) throws {
        let (model, checkpoint) = try ModelStore.model(path)
        guard let target = checkpoint.classes.firstIndex(of: className) else {
            throw StorageError(
                path,
                "no class \(className); there are \(checkpoint.classes.joined(separator: ", "))")
        }
        (self.model, self.target, classes) = (model, target, checkpoint.classes)
        configuration = try Configuration(
            yaml: checkpoint.configuration, file: path, overrides: overrides)
        explanation = try Self.explanation(method, configuration, model)
    }

    /// The same model and class by another method.
    public init(_ other: Explaining, method: String) throws {
        (model, configuration, classes, target) = (
            other.model, other.configuration, other.classes, other.target
        )
        explanation = try Self.explanation(method, configuration, model)
    }

    private static func explanation(
        _ method: String, _ configuration: Configuration, _ model: any Classifier
    ) throws -> any Explanation {
        let explanation = try ExplanationRegistry.make(method, configuration.explanationSettings())
        try explanation.check(model)
        return explanation
    }

    /// Films below a folder (JPEG and PNG, in the order of their paths), or one film.
    public static func films(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DatasetError(path, "no such file or folder")
        }
        guard isFolder.boolValue else { return [path] }
        let extensions: Set = ["jpg", "jpeg", "png"]
        let found =
            (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
            .filter { extensions.contains(($0 as NSString).pathExtension.lowercased()) }.sorted()
        guard !found.isEmpty else { throw DatasetError(path, "no JPEG or PNG image below it") }
        return found.map { (path as NSString).appendingPathComponent($0) }
    }

    /// The evaluation films of a configuration.
    public static func films(configuration: Configuration) throws -> [String] {
        try ExperimentData(configuration, needsStart: false, needsAlignment: false).evaluate.items
            .map(\.file)
    }

    public struct Explained {
        public var name: String, film: RasterImage
        public var logit: Float
        /// `[height, width, channels]`
        public var relevance: Tensor
    }

    /// Explains film after film; memory does not grow with their number.
    public func explain(
        _ films: [String], reportsProgress: Bool = true, body: (Explained) throws -> Void
    ) throws {
        let items = films.map { file in
            ImageDataset.Item(
                key: Self.name(of: file), file: file, labels: classes.map { _ in 0 },
                weights: classes.map { _ in 0 })
        }
        var preprocessing = configuration.data.preprocessing
        (preprocessing.rotation, preprocessing.flips) = (0, false)
        let dataset = ImageDataset(items: items, classes: classes, preprocessing: preprocessing)
        let progress =
            reportsProgress ? Progress("explain", total: items.count, unit: " images") : nil
        for index in items.indices {
            if Interruption.isRequested {
                throw Interrupted(
                    description: "interrupted after \(index) of \(items.count) images")
            }
            let image = dataset.batch(
                LoadedBatch(indices: [index], samples: [try dataset.sample(index)])
            ).image.asVariable
            let pass = Pass.evaluation, logits = explanation.forward(model, image, pass)
            let subject = Subject(
                model: model, image: image, targets: [target], pass: pass, logits: logits,
                seeds: [configuration.explanationSeed(items[index].key)])
            let relevance = explanation.relevance(of: subject, createGraph: false)
            try body(
                Explained(
                    name: items[index].key, film: try dataset.film(index),
                    logit: logits.detached.picked([target]).item,
                    relevance: relevance.reshaped(Array(relevance.shape.dropFirst()))))
            progress?.update(index + 1)
        }
    }

    /// The last three parts of a path joined by underscores, as CheXlocalize names films.
    private static func name(of file: String) -> String {
        ((file as NSString).deletingPathExtension).split(separator: "/").suffix(3).joined(
            separator: "_")
    }
}

/// Writes relevance maps: `/explanations/<image>` with the film's logit, and what made them.
public func writeExplanations(
    _ explaining: Explaining, _ films: [String], checkpoint: String, to path: String,
    each: (Explaining.Explained) throws -> Void
) throws {
    try HDF5File.write(path) { file in
        try explaining.explain(films) { explained in
            try file.write("explanations/\(explained.name)", explained.relevance)
            try file.setAttribute(
                "logit", Double(explained.logit), of: "explanations/\(explained.name)")
            try each(explained)
        }
        try file.setAttribute("explanation", explaining.explanation.name)
        try file.setAttribute("class", explaining.classes[explaining.target])
        try file.setAttribute("model", explaining.model.name)
        try file.setAttribute("checkpoint", checkpoint)
    }
}
