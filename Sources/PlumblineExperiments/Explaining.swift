import PlumblineData
import PlumblineExplanations
import Foundation
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Explains images of a folder, a file or a data set with a checkpoint.
public struct Explaining {
    public let model: any Classifier
    /// The run that made the checkpoint: its preprocessing applies here too.
    public let configuration: Configuration
    public let classes: [String]
    public let target: Int
    public let explanation: any Explanation

    /// - Parameter overrides: settings as `key=value`; `threads` is set.
    /// - Throws: an error that lists classes where `className` is none of the checkpoint's, or that
    ///   names both values where the model cannot take images of the settings.
    public init(
        checkpoint path: String, className: String, method: String, overrides: [String] = []
    ) throws {
        let own = try Self.settings(overrides)
        if own.threads > 0 { setThreads(own.threads) }
        let (model, checkpoint) = try ModelStore.model(path)
        let names = checkpoint.classes.map { $0.trimmingCharacters(in: .whitespaces) }
        let wanted = className.trimmingCharacters(in: .whitespaces)
        guard
            let target = checkpoint.classes.firstIndex(of: className)
                ?? names.firstIndex(of: wanted)
        else {
            let more = names.count > 10 ? ", and \(names.count - 10) more" : ""
            throw StorageError(
                path,
                "no class \(wanted); there are \(names.prefix(10).joined(separator: ", "))\(more)")
        }
        (self.model, self.target, classes) = (model, target, checkpoint.classes)
        var configuration = try Configuration(
            stored: checkpoint.configuration, file: path, overrides: overrides)
        configuration.takeInput(of: model)
        try configuration.checkInput(of: model, path)
        self.configuration = configuration
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

    /// The overrides alone. A stored configuration passes over keys that it does not know; here
    /// they are errors. A target is of no use here, and need not be among the default classes.
    private static func settings(_ overrides: [String]) throws -> Configuration {
        try Configuration(
            yaml: "", file: "--set",
            overrides: overrides.filter {
                !$0.hasPrefix("data.target") && !$0.hasPrefix("data.classes")
            })
    }

    public struct Explained {
        public var name: String, film: RasterImage
        public var logit: Float
        /// `[height, width, channels]`
        public var relevance: Tensor
    }

    /// What came of some images.
    public struct Outcome {
        /// Images that were explained.
        public internal(set) var explained = 0
        /// Maps with values that are not finite.
        public internal(set) var notFinite = 0
        /// Images that could not be read, and why.
        public internal(set) var failures: [DatasetError] = []
    }

    /// Explains image after image; memory does not grow with their number. An image that cannot be
    /// read is passed over.
    ///
    /// - Throws: ``Interrupted``, and what `body` throws.
    @discardableResult
    public func explain(
        _ images: [NamedImage], reportsProgress: Bool = true, body: (Explained) throws -> Void
    ) throws -> Outcome {
        var preprocessing = configuration.data.preprocessing
        (preprocessing.rotation, preprocessing.flips) = (0, false)
        let examples = images.map {
            Example(
                id: $0.name, file: $0.file, labels: classes.map { _ in 0 },
                weights: classes.map { _ in 0 })
        }
        let dataset = try ImageDataset(
            ExampleList(classes: classes, examples: examples), preprocessing: preprocessing,
            keepsImages: false)
        let progress =
            reportsProgress ? Progress("explain", total: images.count, unit: " images") : nil
        var outcome = Outcome()
        for index in images.indices {
            try Interruption.check("after \(index) of \(images.count) images")
            do {
                let explained = try explain(dataset, index)
                outcome.notFinite += explained.relevance.values.allSatisfy(\.isFinite) ? 0 : 1
                try body(explained)
                outcome.explained += 1
            } catch let error as Unreadable { outcome.failures.append(error.reason) }
            progress?.update(index + 1)
        }
        return outcome
    }

    /// An image that could not be read; other errors are not of the image.
    private struct Unreadable: Error { let reason: DatasetError }

    private func explain(_ dataset: ImageDataset, _ index: Int) throws -> Explained {
        let film: RasterImage
        do { film = try dataset.image(index) } catch let error as DatasetError {
            throw Unreadable(reason: error)
        }
        let image = dataset.batch([index], [dataset.sample(of: film)]).image.asVariable
        let pass = Pass.evaluation
        let trace = model.trace(
            image, pass, capturing: explanation.captures(of: model) ?? Captures())
        let key = dataset.items[index].id
        let subject = Subject(
            model: model, image: image, targets: [target], pass: pass,
            outputSeed: configuration.evaluate.outputSeed, trace: trace,
            seeds: [configuration.explanationSeed(key)])
        let relevance = explanation.relevance(of: subject, createGraph: false)
        return Explained(
            name: key, film: film, logit: trace.logits.detached.picked([target]).item,
            relevance: relevance.reshaped(Array(relevance.shape.dropFirst())))
    }
}

/// Writes relevance maps: `/explanations/<image>` with the image's logit, and what made them.
///
/// - Throws: an error where no image at all could be read; the file is not written then.
public func writeExplanations(
    _ explaining: Explaining, _ images: [NamedImage], checkpoint: String, to path: String,
    each: (Explaining.Explained) throws -> Void
) throws -> Explaining.Outcome {
    var outcome = Explaining.Outcome()
    try HDF5File.write(path) { file in
        outcome = try explaining.explain(images) { explained in
            try file.write("explanations/\(explained.name)", explained.relevance)
            try file.setAttribute(
                "logit", Double(explained.logit), of: "explanations/\(explained.name)")
            try each(explained)
        }
        if outcome.explained == 0, let failure = outcome.failures.first {
            guard outcome.failures.count > 1 else { throw failure }
            throw DatasetError(
                path, "not written: none of \(images.count) images can be read; \(failure)")
        }
        try file.setAttribute("explanation", explaining.explanation.name)
        try file.setAttribute("class", explaining.classes[explaining.target])
        try file.setAttribute("model", explaining.model.name)
        try file.setAttribute("checkpoint", checkpoint)
    }
    return outcome
}
