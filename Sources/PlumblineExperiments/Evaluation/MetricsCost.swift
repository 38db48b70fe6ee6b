import Foundation
import PlumblineEvaluation
import PlumblineTensors

/// What the metrics of an evaluation ask of the model, and how long that takes.
struct MetricsCost {
    /// The questions of one method about one image.
    struct Method {
        let name: String
        let passes: PassCount
        /// Of one map, measured.
        let secondsPerMap: Double
    }

    /// The images that are explained, at most.
    let images: Int
    let methods: [Method]
    /// Of one image in a forward pass of a batch, measured.
    let secondsPerForwardPass: Double

    /// Time of the metrics' questions alone.
    var seconds: Double {
        methods.reduce(0) { sum, method in
            sum + Double(images * method.passes.forwardPasses) * secondsPerForwardPass
                + Double(images * method.passes.maps) * method.secondsPerMap
        }
    }

    /// For example `32 images x 2 methods: 3,264 forward passes (0.019 s each) and 1,792 maps
    /// (grad_cam 0.028 s, saliency 0.06 s): about 4 minutes`.
    var line: String {
        let forward = methods.reduce(0) { $0 + $1.passes.forwardPasses } * images
        let maps = methods.reduce(0) { $0 + $1.passes.maps } * images
        let speeds = methods.map { "\($0.name) \(Self.short($0.secondsPerMap)) s" }
        return "\(images) images x \(methods.count) \(methods.count == 1 ? "method" : "methods"): "
            + "\(forward) forward passes (\(Self.short(secondsPerForwardPass)) s each)"
            + (maps > 0 ? " and \(maps) maps (\(speeds.joined(separator: ", ")) each)" : "")
            + ": about \(RunEstimate.duration(seconds))"
    }

    private static func short(_ seconds: Double) -> String { String(format: "%.2g", seconds) }
}

extension Validation {
    /// With fewer questions, measuring takes a notable part of the time of the evaluation.
    private static let questionsOfALongEvaluation = 500

    /// What some metrics ask of the model; `nil` if they ask little, or no image is explained.
    ///
    /// The questions are counted on the first image that is explained, and measured on it: a few
    /// passes and a map by each method.
    func cost(
        of metrics: [any Metric], _ methods: [Evaluator.Method]
    ) throws -> MetricsCost? {
        guard metrics.contains(where: { !$0.needs.isDisjoint(with: [.model, .explanation]) })
        else { return nil }
        let explained = dataset.items.indices.filter(isPositive)
        guard let first = explained.first else { return nil }
        var evaluator = try evaluator(methods)
        evaluator.beforeMethod = { _ in try Interruption.check("while the cost was measured") }
        let batch = try dataset.batch([first])
        let evaluated = try evaluator.evaluate(batch, of: dataset)[0]
        let passes = try evaluated.evidence.map { try $0.passes(of: metrics) }
        let questions = passes.reduce(0) { $0 + $1.forwardPasses + $1.maps } * explained.count
        guard questions >= Self.questionsOfALongEvaluation else { return nil }
        let costs = try zip(evaluated.evidence, passes).map { evidence, passes in
            MetricsCost.Method(
                name: evidence.explanation, passes: passes,
                secondsPerMap: passes.maps > 0
                    ? try seconds { _ = try evidence.probe.relevance(of: batch.image, seed: 0) }
                    : 0)
        }
        guard let probe = evaluated.evidence.first?.probe else { return nil }
        return MetricsCost(
            images: explained.count, methods: costs,
            secondsPerForwardPass: try secondsPerForwardPass(probe, batch.image))
    }

    private func secondsPerForwardPass(_ probe: Probe, _ image: Tensor) throws -> Double {
        let count = configuration.evaluate.batchSize
        let images = concatenate([Tensor](repeating: image, count: count), axis: 0)
        _ = probe.logits(images)
        return try seconds { _ = probe.logits(images) } / Double(count)
    }

    private func seconds(_ work: () throws -> Void) throws -> Double {
        try Interruption.check("while the cost was measured")
        let began = DispatchTime.now().uptimeNanoseconds
        try work()
        return Double(DispatchTime.now().uptimeNanoseconds - began) / 1e9
    }
}
