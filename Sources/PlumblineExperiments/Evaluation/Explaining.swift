import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Explains images by one or more methods, with the model of a checkpoint.
public struct Explaining {
    public let model: any Classifier
    /// The configuration of the run that made the checkpoint.
    ///
    /// Its preprocessing applies here too.
    public let configuration: Configuration
    public let classes: [String]
    /// The class that is explained.
    public let target: TargetClass
    public let methods: [Evaluator.Method]

    /// - Parameters:
    ///   - methods: the names of explanations, in the order of the maps.
    ///   - overrides: settings as `key=value`. The key `threads` takes effect at once.
    /// - Throws: an error that lists the classes if `className` is not one of them, or that names
    ///   both values if a setting does not fit the model.
    public init(
        checkpoint path: String, className: String, methods: [String], overrides: [String] = []
    ) throws {
        let threads = try Self.settings(overrides).threads
        if threads > 0 { setThreads(threads) }
        let (model, checkpoint) = try ModelStore.model(path)
        self.model = model
        classes = checkpoint.classes
        target = try Self.target(className, in: checkpoint.classes, path)
        var configuration = try Configuration(
            stored: checkpoint.configuration, file: path, overrides: overrides)
        // Only an override can differ from the checkpoint.
        configuration.file = "--set"
        try configuration.takePreprocessing(of: checkpoint, model: model, path: path)
        configuration.file = path
        configuration.model.output = model.output
        try configuration.checkInput(of: model, path)
        self.configuration = configuration
        self.methods = try Self.methods(methods, configuration, model)
    }

    /// The same model and class by other methods.
    public init(_ other: Explaining, methods: [String]) throws {
        model = other.model
        configuration = other.configuration
        classes = other.classes
        target = other.target
        self.methods = try Self.methods(methods, configuration, model)
    }

    private static func target(
        _ className: String, in classes: [String], _ path: String
    ) throws -> TargetClass {
        let name = className.trimmingCharacters(in: .whitespaces)
        let trimmed = classes.map { $0.trimmingCharacters(in: .whitespaces) }
        let target = TargetClass(className, in: classes) ?? TargetClass(name, in: trimmed)
        guard target != .label else {
            throw ConfigurationError(
                path, "--class",
                "label: the images have no labels here; give a class or predicted, or use "
                    + "`plumbline evaluate` with evaluate.save_explanations")
        }
        guard let target else {
            let more = classes.count > 10 ? ", and \(classes.count - 10) more" : ""
            throw StorageError(
                path,
                "has no class \(name); there are "
                    + "\(trimmed.prefix(10).joined(separator: ", "))\(more)"
            )
        }
        return target
    }

    private static func methods(
        _ names: [String], _ configuration: Configuration, _ model: any Classifier
    ) throws -> [Evaluator.Method] {
        let settings = try configuration.explanationSettings()
        return try names.map { name in
            let explanation = try ExplanationRegistry.make(name, settings)
            try explanation.check(model)
            return Evaluator.Method(
                name, explanation, outputSeed: configuration.evaluate.outputSeed,
                quantity: settings.quantity)
        }
    }

    /// The settings of the overrides alone.
    ///
    /// An unknown key is an error here, but not in a stored configuration. The target and the
    /// classes are left out, because the target may not be among the default classes.
    private static func settings(_ overrides: [String]) throws -> Configuration {
        try Configuration(
            yaml: "", file: "--set",
            overrides: overrides.filter {
                !$0.hasPrefix("data.target") && !$0.hasPrefix("data.classes")
            })
    }

    /// The name of the explained class; `predicted` where each image has its own.
    var targetName: String {
        if case .index(let index) = target { classes[index] } else { TargetClass.predictedName }
    }

    /// An image with its maps.
    public struct Explained {
        public var name: String
        public var image: RasterImage
        /// The class that is explained.
        public var className: String
        /// Which part of the image the model sees.
        ///
        /// The maps cover that part.
        public var geometry: ImageGeometry
        /// The logit of the explained class.
        public var logit: Float
        public var maps: [Map]
    }

    /// The map of one method.
    public struct Map {
        public var method: String
        /// The relevance, `[height, width, channels]`.
        public var relevance: Tensor
        /// Time without the forward pass that methods share.
        public var seconds: Double
    }

    /// The result of explaining some images.
    public struct Outcome {
        /// The number of images that were explained.
        public internal(set) var explained = 0
        /// The number of maps with values that are not finite.
        public internal(set) var notFinite = 0
        /// Images that could not be read, and why.
        public internal(set) var failures: [DatasetError] = []
    }

    /// Explains image after image.
    ///
    /// An image that cannot be read is skipped.
    ///
    /// Memory does not grow with the number of images.
    ///
    /// - Parameter beforeMethod: called before each method explains an image.
    /// - Throws: ``Interrupted``, and what the closures throw.
    @discardableResult
    public func explain(
        _ images: [NamedImage], reportsProgress: Bool = true,
        beforeMethod: @escaping (Evaluator.Method) throws -> Void = { _ in },
        body: (Explained) throws -> Void
    ) throws -> Outcome {
        let dataset = try dataset(images)
        var evaluator = try Evaluator(
            model: model, methods: methods, target: target, batchSize: 1,
            seed: configuration.explanationSeed)
        let progress =
            reportsProgress ? Progress("explain", total: images.count, unit: " images") : nil
        var outcome = Outcome()
        for index in images.indices {
            let progressText = "after \(index) of \(images.count) images"
            evaluator.beforeMethod = { method in
                try Interruption.check(progressText)
                try beforeMethod(method)
            }
            do {
                let explained = try explain(dataset, index, evaluator)
                outcome.notFinite += explained.maps.count {
                    !$0.relevance.values.allSatisfy(\.isFinite)
                }
                try body(explained)
                outcome.explained += 1
            } catch let error as Unreadable { outcome.failures.append(error.reason) }
            progress?.update(index + 1)
        }
        return outcome
    }

    private func dataset(_ images: [NamedImage]) throws -> ImageDataset {
        let examples = images.map { $0.example(classCount: classes.count) }
        return try ImageDataset(
            ExampleList(classes: classes, examples: examples),
            preprocessing: configuration.data.preprocessing, keepsImages: false)
    }

    /// An image could not be read.
    ///
    /// Other errors have other causes.
    private struct Unreadable: Error { let reason: DatasetError }

    private func explain(
        _ dataset: ImageDataset, _ index: Int, _ evaluator: Evaluator
    ) throws -> Explained {
        let image: RasterImage
        do { image = try dataset.image(index) } catch let error as DatasetError {
            throw Unreadable(reason: error)
        }
        let batch = dataset.batch([index], [dataset.sample(of: image)])
        let evaluated = try evaluator.evaluate(batch, of: dataset)[0]
        return Explained(
            name: dataset.items[index].id, image: image, className: classes[evaluated.target],
            geometry: dataset.preprocessing.geometry(
                of: Example.Size(height: image.height, width: image.width)),
            logit: evaluated.logits[evaluated.target],
            maps: methods.indices.map { method in
                Map(
                    method: methods[method].name, relevance: evaluated.evidence[method].relevance,
                    seconds: evaluated.seconds[method])
            })
    }
}
