import PlumblineExplanations
import PlumblineModels
import PlumblineTensors

/// Gives a metric access to the model and the explanation.
///
/// A metric can ask about other images than the one it scores, such as images with removed parts
/// or with noise.
public struct Probe {
    public let model: any Classifier
    /// The class that is explained.
    public let target: Int
    private let method: Evaluator.Method
    /// Images per forward pass.
    let batchSize: Int

    /// Shared by all images of an evaluation.
    private let randomised: RandomisedModels
    /// Further models that the evaluated one is compared with.
    let comparisons: ComparisonModels
    /// Counts questions; `nil` if nobody asks for the count.
    private var counter: PassCounter?

    public init(
        model: any Classifier, method: Evaluator.Method, target: Int, batchSize: Int = 8,
        comparisons: ComparisonModels = ComparisonModels()
    ) {
        self.init(model, method, target, batchSize, RandomisedModels(), comparisons)
    }

    init(
        _ model: any Classifier, _ method: Evaluator.Method, _ target: Int, _ batchSize: Int,
        _ randomised: RandomisedModels, _ comparisons: ComparisonModels
    ) {
        self.model = model
        self.method = method
        self.target = target
        self.batchSize = batchSize
        self.randomised = randomised
        self.comparisons = comparisons
    }

    /// The same questions to another model.
    func of(_ model: any Classifier) -> Probe {
        Probe(model, method, target, batchSize, randomised, comparisons).counting(counter)
    }

    /// The same questions about another class.
    func of(class target: Int) -> Probe {
        Probe(model, method, target, batchSize, randomised, comparisons).counting(counter)
    }

    /// The same questions, counted.
    func counting(_ counter: PassCounter?) -> Probe {
        var probe = self
        probe.counter = counter
        return probe
    }

    /// A copy of the model whose layers can be randomised.
    ///
    /// - Throws: ``ModelError`` if the model's architecture is not registered.
    func randomisedModel() throws -> RandomisedModel { try randomised.model(of: model) }

    /// The logits `[n, classes]` of images `[n, height, width, channels]`, without gradients.
    ///
    /// The images are split into batches.
    public func logits(_ images: Tensor) -> Tensor {
        counter?.count.forwardPasses += images.shape[0]
        if let counter, counter.isDryRun {
            return counter.madeUp([images.shape[0], model.classCount])
        }
        return withoutGradients {
            concatenate(batches(of: images).map { model.logits($0, .evaluation) }, axis: 0)
        }
    }

    /// The relevance `[n, height, width, channels]` of images `[n, height, width, channels]`.
    ///
    /// - Parameter seed: the seed of everything random in the explanation.
    /// - Throws: ``ExplanationError`` if the images do not fit the model.
    public func relevance(of images: Tensor, seed: UInt64) throws -> Tensor {
        counter?.count.maps += images.shape[0]
        if let counter, counter.isDryRun { return counter.madeUp(images.shape) }
        let maps = try batches(of: images).map { batch in
            let count = batch.shape[0]
            let request = try Request(
                model: model, image: batch, targets: [Int](repeating: target, count: count),
                pass: .evaluation, outputSeed: method.outputSeed, quantity: method.quantity,
                seeds: [UInt64](repeating: seed, count: count))
            return try method.explanation.relevance(of: request)
        }
        return concatenate(maps, axis: 0)
    }

    private func batches(of images: Tensor) -> [Tensor] {
        let count = images.shape[0]
        return stride(from: 0, to: count, by: batchSize).map {
            images.detached.sliced(0, $0..<min(count, $0 + batchSize))
        }
    }
}
