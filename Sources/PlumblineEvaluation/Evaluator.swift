import Foundation
import PlumblineData
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors

/// The evaluation loop: runs a model on images and explains them by some methods.
///
/// Each image is read once. The model runs once per batch for all methods that can share a forward
/// pass; other methods run further passes. Results, the choice of the best checkpoint and pictures
/// all use this loop.
public struct Evaluator {
    /// An explanation with what is propagated back from the logit.
    public struct Method: Sendable {
        public let name: String
        public let explanation: any Explanation
        public let outputSeed: OutputSeed
        /// What is explained of the class.
        public let quantity: ExplainedQuantity

        public init(
            _ name: String, _ explanation: any Explanation, outputSeed: OutputSeed = .standard,
            quantity: ExplainedQuantity = .logit
        ) {
            self.name = name
            self.explanation = explanation
            self.outputSeed = outputSeed
            self.quantity = quantity
        }
    }

    public let model: any Classifier
    public let methods: [Method]
    /// The class that is explained.
    public let target: TargetClass
    /// Images per forward pass.
    public let batchSize: Int
    /// The seed of everything random in the explanation of an image, from the image's id.
    ///
    /// So the map of an image does not depend on the other images.
    public let seed: (String) -> UInt64
    /// Shared by the probes of all images.
    private let randomised = RandomisedModels()
    private let priors = CentrePriors()
    /// Further models for the metrics that need them.
    public var comparisons = ComparisonModels()
    /// Called before each method explains a batch.
    ///
    /// An error that it throws ends the evaluation.
    public var beforeMethod: (Method) throws -> Void = { _ in }

    /// - Throws: ``ExplanationError`` if a method does not support the model.
    public init(
        model: any Classifier, methods: [Method], target: TargetClass, batchSize: Int = 8,
        seed: @escaping (String) -> UInt64 = { _ in 0 }
    ) throws {
        for method in methods { try method.explanation.check(model) }
        self.model = model
        self.methods = methods
        self.target = target
        self.batchSize = batchSize
        self.seed = seed
    }

    /// Runs the model on every image of a data set, and explains some of them.
    ///
    /// The explained images come first, and then the others. Both keep the order of the data set.
    ///
    /// - Parameters:
    ///   - explaining: whether the image of an index is explained.
    ///   - progress: called with the number of finished images, before each batch and at the end.
    ///     An error that it throws ends the evaluation.
    ///   - body: called with each image.
    /// - Throws: an error if an image or mask cannot be read, and what the closures throw.
    public func run(
        _ dataset: ImageDataset, explaining: (Int) throws -> Bool,
        progress: (Int) throws -> Void = { _ in }, body: (EvaluatedImage) throws -> Void
    ) throws {
        let isExplained =
            methods.isEmpty
            ? [Bool](repeating: false, count: dataset.count)
            : try (0..<dataset.count).map(explaining)
        let parts = [true, false].map { part in
            (0..<dataset.count).filter { isExplained[$0] == part }
        }
        let loader = BatchLoader(dataset, batches: parts.flatMap(batches))
        defer { loader.stop() }
        var done = 0
        try progress(0)
        while let batch = try loader.next() {
            let explains = isExplained[batch.indices[0]]
            for evaluated in try evaluate(batch, of: dataset, explains: explains) {
                try body(evaluated)
            }
            done += batch.count
            try progress(done)
        }
    }

    private func batches(_ indices: [Int]) -> [[Int]] {
        stride(from: 0, to: indices.count, by: batchSize).map {
            Array(indices[$0..<min(indices.count, $0 + batchSize)])
        }
    }

    /// Runs the model on one batch, and explains all of its images if `explains` is true.
    ///
    /// - Throws: what ``beforeMethod`` throws.
    public func evaluate(
        _ batch: Batch, of dataset: ImageDataset, explains: Bool = true
    ) throws -> [EvaluatedImage] {
        let image = batch.image
        let seeds = batch.ids.map(seed)
        let explained: Explained
        if explains {
            explained = try explain(batch, seeds: seeds)
        } else {
            let logits = withoutGradients { model.logits(image, .evaluation) }
            explained = Explained(logits: logits, targets: targets(of: batch, logits), maps: [])
        }
        let logits = explained.logits
        let targets = explained.targets
        let probabilities = withoutGradients {
            model.output.probabilities(logits, of: targets).values
        }
        return batch.ids.indices.map { row in
            let imageLogits = logits.row(row).values
            let target = targets[row]
            let singleImage = explains ? image.sliced(0, row..<(row + 1)) : image
            let isCorrect = isCorrect(
                dataset.items[batch.indices[row]], imageLogits, target: target,
                probability: probabilities[row])
            let annotations = Annotations(
                dataset, index: batch.indices[row], classIndex: target
            ).readOnce
            let evidence = explained.maps.indices.map { method in
                Evidence(
                    id: batch.ids[row], group: batch.groups[row], target: target,
                    logits: imageLogits, image: singleImage, black: dataset.preprocessing.black,
                    white: dataset.preprocessing.white,
                    explanation: methods[method].name,
                    relevance: explained.maps[method].relevance.row(row),
                    probe: Probe(
                        model, methods[method], target, batchSize, randomised, comparisons),
                    seed: seeds[row],
                    annotations: annotations, isCorrect: isCorrect, priors: priors)
            }
            return EvaluatedImage(
                index: batch.indices[row], logits: imageLogits, target: target,
                logOdds: model.output.logOdds(imageLogits)[target],
                probability: probabilities[row],
                evidence: evidence,
                seconds: explained.maps.map { $0.seconds / Double(batch.count) },
                maskAtModelSize: batch.masks[row])
        }
    }

    /// Whether the model is right about an image.
    ///
    /// A multiclass model is right where it predicts the image's class; a multilabel one where the
    /// probability of the explained class is on the side of its label. `nil` without a label.
    private func isCorrect(
        _ example: Example, _ logits: [Float], target: Int, probability: Float
    ) -> Bool? {
        if model.output == .multiclass {
            return example.index(of: .label).map { $0 == logits.indexOfMaximum }
        }
        guard example.weights[target] > 0 else { return nil }
        return (probability >= 0.5) == (example.labels[target] >= 0.5)
    }

    /// The relevance of a batch by one method, `[batch, height, width, channels]`.
    private struct Map {
        var relevance: Tensor
        var seconds: Double
    }

    private struct Explained {
        /// The logits, `[batch, classes]`.
        let logits: Tensor
        /// The explained class of each image.
        let targets: [Int]
        /// One per method.
        let maps: [Map]
    }

    /// The explained class of each image of a batch.
    ///
    /// An image without a label is explained for the class that the model predicts.
    private func targets(of batch: Batch, _ logits: Tensor) -> [Int] {
        zip(batch.targets(target, logits: logits), batch.targets(.predicted, logits: logits))
            .map { $0 ?? $1! }
    }

    /// The logits and the maps of a batch.
    ///
    /// Methods that can share a forward pass do. Methods that read attention weights share a second
    /// pass, because the fused attention of the first pass does not compute them. Methods that
    /// cannot share a pass come last, when the memory of the shared graphs is free again.
    private func explain(_ batch: Batch, seeds: [UInt64]) throws -> Explained {
        let image = batch.image.asVariable
        let captures = methods.map { $0.explanation.captures(of: model) }
        var maps = [Map?](repeating: nil, count: methods.count)
        func map(_ method: Int, of targets: [Int], sharing trace: Trace?) throws {
            try beforeMethod(methods[method])
            let start = DispatchTime.now().uptimeNanoseconds
            let relevance = try methods[method].explanation.relevance(
                of: Request(
                    model: model, image: image, targets: targets, pass: .evaluation,
                    outputSeed: methods[method].outputSeed, quantity: methods[method].quantity,
                    seeds: seeds),
                sharing: trace)
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            maps[method] = Map(relevance: relevance, seconds: seconds)
        }
        func plainLogits() -> Tensor {
            withoutGradients { model.logits(image.detached, .evaluation) }
        }
        var logits: Tensor?
        for attention in [false, true] {
            let sharing = methods.indices.filter { captures[$0]?.attention == attention }
            guard !sharing.isEmpty else { continue }
            let trace = model.trace(
                image, .evaluation,
                capturing: sharing.map { captures[$0]! }.reduce(Captures()) { $0.union($1) })
            let known =
                attention ? logits ?? plainLogits() : trace.logits.detached
            logits = known
            let targets = targets(of: batch, known)
            for method in sharing { try map(method, of: targets, sharing: trace) }
        }
        let known = logits ?? plainLogits()
        let targets = targets(of: batch, known)
        for method in methods.indices where captures[method] == nil {
            try map(method, of: targets, sharing: nil)
        }
        return Explained(logits: known, targets: targets, maps: maps.map { $0! })
    }
}

extension Tensor {
    /// One entry of the first axis, without that axis.
    fileprivate func row(_ index: Int) -> Tensor {
        sliced(0, index..<(index + 1)).reshaped(Array(shape.dropFirst()))
    }
}
