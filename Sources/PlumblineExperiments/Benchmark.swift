import PlumblineTraining
import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineTensors

/// One measurement of a model on this machine.
///
/// `Tools/oracle/peer_bench.py` measures the same of PyTorch.
public struct Benchmark {
    public enum Mode: String, CaseIterable, Sendable {
        /// The forward pass.
        case infer
        /// A first-order explanation.
        case explain
        /// A step of binary cross entropy on one class.
        case train
        /// The alignment step: cross entropy and location loss, all images positive.
        case align
        /// The same with the explanation in training mode: its own drawing of dropout.
        case alignTrain = "align_train"
        /// The same with one drawing of dropout for both losses.
        case alignShared = "align_shared"

        var isAlignment: Bool { [.align, .alignTrain, .alignShared].contains(self) }
    }

    public struct Result: Encodable, Sendable {
        public var peer = "plumbline"
        public var model: String
        public var mode: String
        public var method: String
        public var batch: Int
        /// The median time of a step.
        public var seconds: Double
        /// The largest memory of the process, in gigabytes.
        public var peakGigabytes: Double
        /// Operations of products and convolutions, in 1e9 per second.
        public var gflops: Double
        /// ``gflops`` over what one large product reaches on this machine.
        public var shareOfPeak: Double

        private enum CodingKeys: String, CodingKey {
            case peer
            case model
            case mode
            case method
            case batch
            case seconds
            case peakGigabytes = "peak_gb"
            case gflops
            case shareOfPeak = "of_peak"
        }
    }

    public var model: String
    public var mode: Mode
    public var method = "gradient"
    /// Images per step.
    public var batch = 4
    public var repeats = 3
    /// The number of gradients that averaging methods take.
    public var steps = 20
    /// Whether the activations of blocks are recomputed instead of kept.
    public var recomputesBlocks = false
    /// Settings of the architecture as JSON.
    public var configuration = "{}"
    /// A file of weights; `nil` for random ones.
    public var weights: String?

    public init(model: String, mode: Mode) {
        self.model = model
        self.mode = mode
    }

    /// The median of `repeats` steps after one that is not counted, and the process's peak memory.
    ///
    /// - Throws: ``ConfigurationError`` for a model or a configuration that is not possible; an
    ///   error if the method or the weights do not exist or do not fit.
    public func run() throws -> Result {
        let model: any Classifier
        do {
            model = try ModelRegistry.make(
                self.model, classes: 10, configuration: ModelConfiguration(json: configuration))
        } catch let error as ModelError {
            throw ConfigurationError("bench", "MODEL, --config", error.description)
        }
        if let weights { _ = try WeightImport.load(weights, into: model) }
        let step = try step(of: model)
        try step()
        let operationsBefore = WorkCounter.operations
        let times = try (0..<max(1, repeats)).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            try step()
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let operations = Double(WorkCounter.operations - operationsBefore) / Double(times.count)
        let median = times.sorted()[times.count / 2]
        return Result(
            model: self.model, mode: mode.rawValue, method: method, batch: batch, seconds: median,
            peakGigabytes: Double(usage.ru_maxrss) / 1e6, gflops: operations / median / 1e9,
            shareOfPeak: operations / median / WorkCounter.peak())
    }

    /// What one step does.
    private func step(of model: any Classifier) throws -> () throws -> Void {
        let size = model.imageSize ?? 224
        var random = RandomGenerator(seed: 0)
        let image = Tensor.normal([batch, size, size, 3], using: &random)
        let targets = [Int](repeating: 0, count: batch)
        let explanation = try explanation()
        try explanation.check(model)
        switch mode {
        case .infer:
            return { _ = withoutGradients { model.logits(image, .evaluation) } }
        case .explain:
            return {
                _ = try explanation.relevance(
                    of: Request(model: model, image: image, targets: targets, pass: .evaluation))
            }
        case .train, .align, .alignTrain, .alignShared:
            let objective = objective(explanation, model)
            let optimiser = AdamW(model.trainableParameters, settings: .init())
            let ones = [Float](repeating: 1, count: batch)
            let goal = mode.isAlignment ? Self.mask(size: size) : nil
            let goals = [Tensor?](repeating: goal, count: batch)
            return {
                let result = try objective.evaluate(
                    model, image, targets, ones, ones, goals, noise: RandomGenerator(seed: 0))
                optimiser.update(result.gradients, learningRate: 1e-4)
            }
        }
    }

    private func explanation() throws -> any Explanation {
        var settings = ExplanationSettings()
        settings.steps = steps
        return mode.isAlignment
            ? try ExplanationRegistry.makeDifferentiable(method, settings)
            : try ExplanationRegistry.make(method, settings)
    }

    private func objective(
        _ explanation: any Explanation, _ model: any Classifier
    ) -> AlignmentObjective {
        var objective = AlignmentObjective(scenario: .align, explanation: explanation, target: 0)
        // PyTorch is measured with batch statistics in both losses too.
        objective.explanationMode =
            switch mode {
            case .alignTrain: .train
            case .alignShared: .shared
            default: model.hasBatchNorm ? .train : .eval
            }
        if mode == .alignShared { objective.batchNorm = .frozen }
        objective.weight = mode.isAlignment ? 1 : 0
        objective.recomputesBlocks = recomputesBlocks
        return objective
    }

    /// A rectangle of ones, 70 x 90 pixels in an image of 224.
    private static func mask(size: Int) -> Tensor {
        let top = 50 * size / 224
        let left = 60 * size / 224
        let height = 70 * size / 224
        let width = 90 * size / 224
        return Tensor.zeros([height, width])
            .padded(0, before: top, after: size - top - height)
            .padded(1, before: left, after: size - left - width)
    }
}
