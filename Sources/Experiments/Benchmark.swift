import Alignment
import Explanations
import Foundation
import Models
import Tensors

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
    }

    public var model: String, mode: Mode, method = "gradient", batch = 4, repeats = 3
    public init(model: String, mode: Mode) {
        self.model = model
        self.mode = mode
    }

    /// The median of `repeats` runs after one that is not counted, and the process's peak memory.
    public func run() throws -> Result {
        let model = try ModelRegistry.make(self.model, classes: 10)
        let size = model.imageSize ?? 224
        var random = RandomGenerator(seed: 0)
        let image = Tensor.normal([batch, size, size, 3], using: &random)
        let targets = [Int](repeating: 0, count: batch), ones = [Float](repeating: 1, count: batch)
        let mask = Tensor.zeros([70 * size / 224, 90 * size / 224]).padded(0, before: 50 * size / 224, after: size - 50 * size / 224 - 70 * size / 224)
            .padded(1, before: 60 * size / 224, after: size - 60 * size / 224 - 90 * size / 224)
        let explanation = try ExplanationRegistry.make(method)
        var objective = AlignmentObjective(scenario: .align, explanation: explanation, target: 0)
        // As the peer runs it: batch statistics in both losses.
        objective.explanationMode = model.hasBatchNorm ? .train : .eval
        objective.weight = mode == .align ? 1 : 0
        let optimiser = mode == .train || mode == .align ? AdamW(model.trainableParameters, settings: .init()) : nil

        func step() {
            switch mode {
            case .infer:
                _ = withoutGradients { model.logits(image, .evaluation) }
            case .explain:
                _ = explanation.relevance(of: Subject(model: model, image: image, targets: targets, pass: .evaluation), createGraph: false)
            case .train, .align:
                let goals: [Tensor?] = targets.map { _ in mode == .align ? mask : nil }
                let result = objective.evaluate(model, image, targets, ones, ones, goals, noise: RandomGenerator(seed: 0))
                optimiser!.update(result.gradients, rate: 1e-4)
            }
        }
        step()
        let times = (0..<max(1, repeats)).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            step()
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Result(
            model: self.model, mode: mode.rawValue, method: method, batch: batch, seconds: times.sorted()[times.count / 2],
            peak_gb: Double(usage.ru_maxrss) / 1e6)
    }
}
