import PlumblineTraining
import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineTensors

/// One measurement of a model on this machine, of what `oracle/peer_bench.py` measures of PyTorch.
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
    }

    public struct Result: Encodable, Sendable {
        public var peer = "plumbline"
        public var model: String, mode: String, method: String
        public var batch: Int
        public var seconds: Double
        public var peak_gb: Double
        /// Products and convolutions a second, and their share of what one large product reaches
        /// here.
        public var gflops: Double, of_peak: Double
    }

    public var model: String, mode: Mode, method = "gradient", batch = 4, repeats = 3
    /// Of averaging methods.
    public var steps = 20
    /// Whether blocks are computed again instead of kept.
    public var recomputesBlocks = false
    /// JSON overrides of the architecture.
    public var configuration = "{}"
    /// A file of weights; random ones without.
    public var weights: String?
    public init(model: String, mode: Mode) {
        self.model = model
        self.mode = mode
    }

    /// The median of `repeats` runs after one that is not counted, and the process's peak memory.
    public func run() throws -> Result {
        let model = try ModelRegistry.make(
            self.model, classes: 10, configuration: ModelConfiguration(json: configuration))
        if let weights { _ = try WeightImport.load(weights, into: model) }
        let size = model.imageSize ?? 224
        var random = RandomGenerator(seed: 0)
        let image = Tensor.normal([batch, size, size, 3], using: &random)
        let targets = [Int](repeating: 0, count: batch)
        let ones = [Float](repeating: 1, count: batch)
        let mask = Tensor.zeros([70 * size / 224, 90 * size / 224]).padded(
            0, before: 50 * size / 224, after: size - 50 * size / 224 - 70 * size / 224
        )
        .padded(1, before: 60 * size / 224, after: size - 60 * size / 224 - 90 * size / 224)
        var settings = ExplanationSettings()
        settings.steps = steps
        let explanation =
            try mode == .align
            ? ExplanationRegistry.makeDifferentiable(method, settings)
            : ExplanationRegistry.make(method, settings)
        try explanation.check(model)
        var objective = AlignmentObjective(scenario: .align, explanation: explanation, target: 0)
        // As the peer runs it: batch statistics in both losses.
        objective.explanationMode = model.hasBatchNorm ? .train : .eval
        objective.weight = mode == .align ? 1 : 0
        objective.recomputesBlocks = recomputesBlocks
        let optimiser =
            mode == .train || mode == .align
            ? AdamW(model.trainableParameters, settings: .init()) : nil

        func step() throws {
            switch mode {
            case .infer:
                _ = withoutGradients { model.logits(image, .evaluation) }
            case .explain:
                _ = try explanation.relevance(
                    of: Request(model: model, image: image, targets: targets, pass: .evaluation))
            case .train, .align:
                let goals: [Tensor?] = targets.map { _ in mode == .align ? mask : nil }
                let result = try objective.evaluate(
                    model, image, targets, ones, ones, goals, noise: RandomGenerator(seed: 0))
                optimiser!.update(result.gradients, rate: 1e-4)
            }
        }
        try step()
        let before = WorkCounter.operations
        let times = try (0..<max(1, repeats)).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            try step()
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let work = Double(WorkCounter.operations - before) / Double(times.count)
        let median = times.sorted()[times.count / 2]
        return Result(
            model: self.model, mode: mode.rawValue, method: method, batch: batch, seconds: median,
            peak_gb: Double(usage.ru_maxrss) / 1e6, gflops: work / median / 1e9,
            of_peak: work / median / WorkCounter.peak())
    }
}
