import Foundation
import Alignment
import Datasets
import Explanations
import Metrics
import Models
import Storage
import Tensors

/// A model judged on a data set: decisions for every image, explanations for those that show the
/// class and have a mask.
struct Validation {
    let model: any Classifier
    let dataset: ImageDataset
    let target: Int
    let batchSize: Int
    let configuration: Configuration

    /// Probabilities of the target, and what `judge` makes of each positive image's relevance
    /// `[height, width, channels]`.
    ///
    /// - Parameter judge: called with the image's index, its relevance and its mask at the model's
    ///   resolution.
    func run(
        _ explanation: (any Explanation)?, outputSeed: OutputSeed, progress: Progress? = nil,
        judge: (_ index: Int, _ relevance: Tensor, _ mask: Tensor) throws -> Void
    ) throws -> [Double] {
        let order = stride(from: 0, to: dataset.count, by: batchSize).map {
            Array($0..<min(dataset.count, $0 + batchSize))
        }
        let loader = BatchLoader(dataset, batches: order)
        defer { loader.stop() }
        var probabilities: [Double] = []
        while let loaded = try loader.next() {
            if Interruption.isRequested {
                throw Interrupted(description: "interrupted during evaluation")
            }
            let batch = dataset.batch(loaded)
            let logits = withoutGradients { model.logits(batch.image, .evaluation) }
            probabilities += logits.sliced(1, target..<(target + 1)).sigmoid().values.map(
                Double.init)
            if let explanation {
                let chosen = loaded.indices.indices.filter {
                    isPositive(loaded.indices[$0]) && batch.masks[$0] != nil
                }
                if !chosen.isEmpty {
                    let subject = Subject(
                        model: model, image: batch.image.gathered(chosen, axis: 0),
                        targets: chosen.map { _ in target }, pass: .evaluation,
                        outputSeed: outputSeed,
                        seeds: chosen.map {
                            configuration.explanationSeed(dataset.items[loaded.indices[$0]].key)
                        })
                    let relevance = explanation.relevance(of: subject, createGraph: false)
                    for (row, place) in chosen.enumerated() {
                        let own = relevance.sliced(0, row..<(row + 1)).reshaped(
                            Array(relevance.shape.dropFirst()))
                        try judge(loaded.indices[place], own, batch.masks[place]!)
                    }
                }
            }
            progress?.update(probabilities.count)
        }
        return probabilities
    }

    func isPositive(_ index: Int) -> Bool {
        dataset.items[index].labels[target] == 1 && dataset.items[index].weights[target] > 0
    }

    /// Images whose label of the target counts.
    var judged: [Int] { dataset.items.indices.filter { dataset.items[$0].weights[target] > 0 } }

    func areaUnderROC(_ probabilities: [Double]) -> Measured {
        Metrics.areaUnderROC(
            scores: judged.map { probabilities[$0] }, labels: judged.map(isPositive))
    }

    /// What checkpoints are chosen by: the AUROC, and the mean location loss with the training
    /// objective's own settings.
    ///
    /// - Returns: no location loss where that of any image is not finite: the mean of the others
    ///   would prefer a model that cannot be explained.
    func score(_ objective: AlignmentObjective?) throws -> (
        auroc: Double?, locationLoss: Double?, missingLosses: Int
    ) {
        var losses: [Double] = []
        let probabilities = try run(
            objective?.explanation, outputSeed: objective?.outputSeed ?? .standard
        ) { _, relevance, mask in
            // A mask that resizing emptied is no goal, as in training.
            guard mask.max().item > 0 else { return }
            let goal = objective!.scenario == .align ? mask : 1 - mask
            let loss = objective!.location(
                relevance.reshaped([1] + relevance.shape), goal.reshaped([1] + goal.shape)
            ).item
            losses.append(Double(loss))
        }
        let missing = losses.filter { !$0.isFinite }.count
        let mean = losses.reduce(0, +) / Double(losses.count)
        return (
            areaUnderROC(probabilities).value, missing == 0 && !losses.isEmpty ? mean : nil, missing
        )
    }

    /// The rows of a results file.
    func results(_ method: String, _ identity: RunIdentity, keepsMaps: Bool) throws -> (
        run: RunResult, images: [ImageResult], maps: [String: Tensor]
    ) {
        let progress = Progress(
            "evaluate \(identity.scenario)", total: dataset.count, unit: " images")
        var found: [Int: (mass: Measured, rank: Measured, tied: Double)] = [:],
            maps: [String: Tensor] = [:]
        let explanation = try ExplanationRegistry.make(method, configuration.explanationSettings())
        try explanation.check(model)
        let probabilities = try run(
            explanation, outputSeed: configuration.evaluate.outputSeed, progress: progress
        ) { index, relevance, _ in
            guard let mask = try dataset.mask(index) else { return }
            let map = HeatMap(relevance: relevance, height: mask.height, width: mask.width)
            let rank = rankAccuracy(map, mask.pixels)
            found[index] = (massAccuracy(map, mask.pixels), rank.accuracy, rank.tiedShare)
            if keepsMaps { maps[dataset.items[index].key] = relevance }
        }
        let images = dataset.items.indices.map { index -> ImageResult in
            let measured = found[index], reason: MissingReason?
            if let measured {
                reason = measured.mass.reason ?? measured.rank.reason
            } else {
                reason = isPositive(index) ? .noMask : .negativeLabel
            }
            return ImageResult(
                run: identity.name, image: dataset.items[index].key, className: identity.className,
                model: identity.model,
                explanation: method, pretraining: identity.pretraining, scenario: identity.scenario,
                label: isPositive(index) ? 1 : 0,
                probability: probabilities[index], massAccuracy: measured?.mass.value,
                rankAccuracy: measured?.rank.value,
                tiedShare: measured?.tied ?? 0, missingReason: reason?.rawValue ?? "")
        }
        let scores = judged.map { probabilities[$0] }, labels = judged.map(isPositive)
        let measured: [(String, Measured)] = [
            ("auroc", Metrics.areaUnderROC(scores: scores, labels: labels)),
            ("average_precision", averagePrecision(scores: scores, labels: labels)),
            ("f1", f1Score(scores: scores, labels: labels)),
            ("accuracy", accuracy(scores: scores, labels: labels)),
        ]
        var metrics: [String: Double] = [:]
        for (name, value) in measured { metrics[name] = value.value }
        let run = RunResult(
            run: identity.name, className: identity.className, model: identity.model,
            explanation: method, pretraining: identity.pretraining,
            scenario: identity.scenario, images: dataset.count,
            positives: labels.filter { $0 }.count, metrics: metrics)
        return (run, images, maps)
    }
}

/// What a row of results belongs to.
struct RunIdentity {
    var className: String, model: String, explanation: String, pretraining: String, scenario: String
    /// A name that HDF5 takes as one link.
    var name: String {
        [className, model, explanation, pretraining, scenario].joined(separator: "-")
            .replacingOccurrences(of: "/", with: "_")
    }
}
