import Foundation
import PlumblineTraining
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// A model judged on a data set: decisions for every image, explanations for those that show the
/// class and have a mask.
struct Validation {
    let model: any Classifier
    let dataset: ImageDataset
    let target: Int
    let batchSize: Int
    let configuration: Configuration

    /// Logits and probabilities of the target, and what `judge` makes of each positive image's
    /// relevance `[height, width, channels]`.
    ///
    /// - Parameter judge: called with the image's index, its relevance and its mask at the model's
    ///   resolution.
    func run(
        _ explanation: (any Explanation)?, outputSeed: OutputSeed, progress: Progress? = nil,
        judge: (_ index: Int, _ relevance: Tensor, _ mask: Tensor) throws -> Void
    ) throws -> (logits: [Double], probabilities: [Double]) {
        let order = stride(from: 0, to: dataset.count, by: batchSize).map {
            Array($0..<min(dataset.count, $0 + batchSize))
        }
        let loader = BatchLoader(dataset, batches: order)
        defer { loader.stop() }
        var found: [Double] = [], probabilities: [Double] = []
        while let batch = try loader.next() {
            if Interruption.isRequested {
                throw Interrupted(description: "interrupted during evaluation")
            }
            let logits = withoutGradients { model.logits(batch.image, .evaluation) }
            let chosen = logits.sliced(1, target..<(target + 1))
            found += chosen.values.map(Double.init)
            probabilities += chosen.sigmoid().values.map(Double.init)
            if let explanation {
                let chosen = batch.indices.indices.filter {
                    isPositive(batch.indices[$0]) && batch.masks[$0] != nil
                }
                if !chosen.isEmpty {
                    let subject = Subject(
                        model: model, image: batch.image.gathered(chosen, axis: 0),
                        targets: chosen.map { _ in target }, pass: .evaluation,
                        outputSeed: outputSeed,
                        seeds: chosen.map {
                            configuration.explanationSeed(batch.ids[$0])
                        })
                    let relevance = explanation.relevance(of: subject, createGraph: false)
                    for (row, place) in chosen.enumerated() {
                        let own = relevance.sliced(0, row..<(row + 1)).reshaped(
                            Array(relevance.shape.dropFirst()))
                        try judge(batch.indices[place], own, batch.masks[place]!)
                    }
                }
            }
            progress?.update(probabilities.count)
        }
        return (found, probabilities)
    }

    func isPositive(_ index: Int) -> Bool {
        dataset.items[index].labels[target] == 1 && dataset.items[index].weights[target] > 0
    }

    /// Images whose label of the target counts.
    var judged: [Int] { dataset.items.indices.filter { dataset.items[$0].weights[target] > 0 } }

    /// Ranks by logits: a float32 probability near 1 has no digits left to tell images apart.
    func areaUnderROC(_ logits: [Double]) -> Measured {
        PlumblineMetrics.areaUnderROC(
            scores: judged.map { logits[$0] }, labels: judged.map(isPositive))
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
        let (logits, _) = try run(
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
            areaUnderROC(logits).value, missing == 0 && !losses.isEmpty ? mean : nil, missing
        )
    }

    /// The rows of a results file.
    func results(_ method: String, _ factors: RunFactors, keepsMaps: Bool) throws -> (
        run: RunResult, images: [ImageResult], maps: [String: Tensor]
    ) {
        let progress = Progress(
            "evaluate \(factors.scenario)", total: dataset.count, unit: " images")
        var found: [Int: LocalizationScores] = [:], maps: [String: Tensor] = [:]
        let explanation = try ExplanationRegistry.make(method, configuration.explanationSettings())
        try explanation.check(model)
        let (logits, probabilities) = try run(
            explanation, outputSeed: configuration.evaluate.outputSeed, progress: progress
        ) { index, relevance, _ in
            guard let mask = try dataset.mask(index) else { return }
            found[index] = LocalizationScores(relevance, mask)
            if keepsMaps { maps[dataset.items[index].id] = relevance }
        }
        let images = dataset.items.indices.map { index -> ImageResult in
            var row = ImageResult(
                run: factors.name, image: dataset.items[index].id, label: labelState(index))
            row.group = dataset.items[index].group
            row.logit = logits[index]
            row.probability = probabilities[index]
            if let scores = found[index] {
                row.massAccuracy = scores.mass.value
                row.rankAccuracy = scores.rank.value
                row.tiedShare = scores.tiedShare
                row.maskAreaShare = scores.maskAreaShare
                row.missingReason = (scores.mass.reason ?? scores.rank.reason)?.rawValue ?? ""
            } else {
                row.missingReason = missingReason(row.label).rawValue
            }
            return row
        }
        var run = RunResult(run: factors.name, factors: factors)
        run.images = dataset.count
        run.judged = judged.count
        let scores = judged.map { logits[$0] }, labels = judged.map(isPositive)
        run.positives = labels.filter { $0 }.count
        let measured = [
            PlumblineMetrics.areaUnderROC(scores: scores, labels: labels),
            averagePrecision(scores: scores, labels: labels),
            // A logit of 0 is a probability of 0.5.
            f1Score(scores: scores, labels: labels, threshold: 0),
            accuracy(scores: scores, labels: labels, threshold: 0),
        ]
        for (name, value) in zip(RunResult.metricNames, measured) {
            run.metrics[name] = value.value
        }
        return (run, images, maps)
    }

    private func labelState(_ index: Int) -> LabelState {
        guard dataset.items[index].weights[target] > 0 else { return .uncertain }
        return isPositive(index) ? .positive : .negative
    }

    private func missingReason(_ label: LabelState) -> MissingReason {
        switch label {
        case .positive: .noMask
        case .negative: .negativeLabel
        case .uncertain: .uncertainLabel
        }
    }
}

/// How well one map agrees with its mask, at the mask's own resolution.
private struct LocalizationScores {
    let mass: Measured
    let rank: Measured
    let tiedShare: Double
    let maskAreaShare: Double

    init(_ relevance: Tensor, _ mask: Mask) {
        let map = HeatMap(relevance: relevance, height: mask.height, width: mask.width)
        let ranked = rankAccuracy(map, mask.pixels)
        mass = massAccuracy(map, mask.pixels)
        rank = ranked.accuracy
        tiedShare = ranked.tiedShare
        maskAreaShare = Double(mask.area) / Double(mask.pixels.count)
    }
}
