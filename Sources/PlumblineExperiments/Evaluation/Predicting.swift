import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Predicts the classes of images with the model of a checkpoint.
public struct Predicting {
    public let model: any Classifier
    public let classes: [String]
    /// The configuration of the run that made the checkpoint.
    ///
    /// Its preprocessing applies here too.
    private let configuration: Configuration

    /// A prediction for one image.
    public struct Prediction {
        /// The name of the image.
        public var image: String
        /// The classes that the image is labelled with; none where labels are not known.
        public var labels: [String]
        /// The most probable classes with their probabilities, the most probable first.
        ///
        /// Of equal probabilities, the class that comes first in the checkpoint is first.
        public var top: [(className: String, probability: Float)]
    }

    /// How many of the images were predicted.
    public struct Outcome {
        public internal(set) var predicted = 0
        /// Images that could not be read, and why.
        public internal(set) var failures: [DatasetError] = []
    }

    /// - Parameter overrides: settings as `key=value`.
    /// - Throws: an error if the checkpoint cannot be read, or if a setting does not fit the model.
    public init(checkpoint path: String, overrides: [String] = []) throws {
        let (model, checkpoint) = try ModelStore.model(path)
        self.model = model
        classes = checkpoint.classes
        var configuration = try Configuration(
            stored: checkpoint.configuration, file: path, overrides: overrides)
        if configuration.threads > 0 { setThreads(configuration.threads) }
        // Only an override can differ from the checkpoint.
        configuration.file = "--set"
        try configuration.takePreprocessing(of: checkpoint, model: model, path: path)
        configuration.file = path
        try configuration.checkInput(of: model, path)
        self.configuration = configuration
    }

    /// The evaluation images of a configuration, with their labels.
    ///
    /// - Throws: an error if a file cannot be read, or if the labels lack a class of the model.
    public func labelledImages(_ data: Configuration) throws -> [NamedImage] {
        try ExperimentData.evaluationImages(data, classes: classes)
    }

    /// Predicts image after image.
    ///
    /// An image that cannot be read is left out.
    ///
    /// - Parameters:
    ///   - count: how many of the most probable classes are named.
    ///   - body: called with each prediction, in the order of the images.
    /// - Throws: ``Interrupted``, and what `body` throws.
    public func predict(
        _ images: [NamedImage], count: Int = 5, body: (Prediction) throws -> Void
    ) throws -> Outcome {
        let examples = images.map { $0.labelledExample(classCount: classes.count) }
        let dataset = try ImageDataset(
            ExampleList(classes: classes, examples: examples),
            preprocessing: configuration.data.preprocessing,
            keepsImages: false)
        let progress = Progress("predict", total: images.count, unit: " images")
        var outcome = Outcome()
        let size = configuration.evaluate.batchSize
        for start in stride(from: 0, to: images.count, by: size) {
            try Interruption.check("after \(start) of \(images.count) images")
            let end = min(images.count, start + size)
            let read = Self.samples(dataset, Array(start..<end))
            outcome.failures += read.failures
            if !read.indices.isEmpty {
                let batch = dataset.batch(read.indices, read.samples)
                let logits = withoutGradients { model.logits(batch.image, .evaluation) }
                let probabilities = withoutGradients { model.output.probabilities(logits).values }
                for (row, index) in read.indices.enumerated() {
                    let places = (row * classes.count)..<((row + 1) * classes.count)
                    try body(
                        prediction(dataset.items[index], Array(probabilities[places]), count))
                }
                outcome.predicted += read.indices.count
            }
            progress.update(end)
        }
        return outcome
    }

    /// The images that can be read, decoded on all threads.
    private static func samples(
        _ dataset: ImageDataset, _ indices: [Int]
    ) -> (indices: [Int], samples: [Sample], failures: [DatasetError]) {
        let results = Parallel.map(indices) { index in
            Result<Sample, any Error> { try dataset.sample(of: dataset.image(index)) }
        }
        var read: (indices: [Int], samples: [Sample], failures: [DatasetError]) = ([], [], [])
        for (index, result) in zip(indices, results) {
            switch result {
            case .success(let sample):
                read.indices.append(index)
                read.samples.append(sample)
            case .failure(let error):
                read.failures.append(
                    error as? DatasetError
                        ?? DatasetError(dataset.items[index].origin, "\(error)"))
            }
        }
        return read
    }

    private func prediction(
        _ item: Example, _ probabilities: [Float], _ count: Int
    ) -> Prediction {
        let order = probabilities.indices.sorted {
            probabilities[$0] == probabilities[$1]
                ? $0 < $1 : probabilities[$0] > probabilities[$1]
        }
        return Prediction(
            image: item.id, labels: classes.indices.filter(item.isPositive).map { classes[$0] },
            top: order.prefix(count).map { (classes[$0], probabilities[$0]) })
    }
}
