import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// Evaluates a model on a data set, by the evaluation settings of a configuration.
///
/// Every image gets a prediction. The positive images get scores of their explanations.
struct Validation {
    let model: any Classifier
    let dataset: ImageDataset
    /// The class that is explained.
    let target: TargetClass
    let configuration: Configuration
    /// Further models for the metrics that need them.
    var comparisons = ComparisonModels()

    /// Whether an image shows the class that is explained, as far as its labels say.
    func isPositive(_ index: Int) -> Bool { dataset.items[index].isPositive(target) }

    func evaluator(_ methods: [Evaluator.Method]) throws -> Evaluator {
        var evaluator = try Evaluator(
            model: model, methods: methods, target: target,
            batchSize: configuration.evaluate.batchSize, seed: configuration.explanationSeed)
        evaluator.comparisons = comparisons
        return evaluator
    }

    /// One pass over the data set.
    ///
    /// - Parameters:
    ///   - title: its name in the progress line; `nil` for no progress line.
    ///   - explaining: whether the image of an index is explained.
    ///   - body: called with each image.
    /// - Throws: ``Interrupted``, an error if an image cannot be read, and what `body` throws.
    func run(
        _ methods: [Evaluator.Method], title: String? = nil,
        explaining: (Int) throws -> Bool, body: (EvaluatedImage) throws -> Void
    ) throws -> Predictions {
        var predictions = Predictions(dataset, target, model.output)
        let progress = title.map { Progress($0, total: dataset.count, unit: " images") }
        var evaluator = try evaluator(methods)
        evaluator.beforeMethod = { _ in try Interruption.check("during evaluation") }
        try evaluator.run(dataset, explaining: explaining) { done in
            try Interruption.check("during evaluation")
            if done > 0 { progress?.update(done) }
        } body: { evaluated in
            predictions.add(evaluated)
            try body(evaluated)
        }
        return predictions
    }

    // MARK: Results

    /// The entries of a results file, one per method, from one pass over the data set.
    ///
    /// - Parameters:
    ///   - factors: the factors of each method's run, by the name of the method.
    func entries(
        _ methods: [Evaluator.Method], _ metrics: [any Metric],
        factors: [String: RunFactors], keepsMaps: Bool
    ) throws -> [Results.Entry] {
        let explained = Set(try explained(by: metrics))
        let scenario = factors.values.first?.scenario ?? ""
        var scores = [[Int: [Score]]](repeating: [:], count: methods.count)
        var curves = [[Int: [Curve]]](repeating: [:], count: methods.count)
        var maps = [[String: Tensor]](repeating: [:], count: methods.count)
        var rows = dataset.items.indices.map { image($0) }
        if let cost = try cost(of: metrics, methods) { Progress.note("cost: \(cost.line)") }
        let predictions = try run(methods, title: "evaluate \(scenario)") { index in
            explained.contains(index)
        } body: { evaluated in
            rows[evaluated.index].label = labelState(evaluated.index, evaluated.target)
            rows[evaluated.index].prediction = dataset.classes[evaluated.predictedClass]
            rows[evaluated.index].logit = evaluated.logOdds
            rows[evaluated.index].probability = Double(evaluated.probability)
            for (method, evidence) in evaluated.evidence.enumerated() {
                let measured = try evidence.measure(metrics)
                scores[method][evaluated.index] = measured.scores
                if configuration.evaluate.savesCurves {
                    curves[method][evaluated.index] = measured.curves
                }
                if keepsMaps { maps[method][evidence.id] = evidence.relevance }
            }
        }
        let figures = figures(of: predictions)
        return try methods.indices.map { method in
            var run = figures
            run.factors = factors[methods[method].name]!
            run.run = run.factors.name
            var entry = Results.Entry(run: run, images: rows.map { $0.of(run: run.run) })
            entry.scores = try rows.indices.flatMap { index in
                try
                    (scores[method][index]
                    ?? metrics.flatMap { try $0.missing(unexplained(index, rows[index].label)) })
                    .map { ScoreResult(run: run.run, image: rows[index].image, $0) }
            }
            entry.metrics = metrics.flatMap(\.quantities).map { ($0.name, MetricFacts($0)) }
            entry.metricCurves = rows.indices.flatMap { index in
                (curves[method][index] ?? []).map {
                    CurveResult(run: run.run, image: rows[index].image, $0)
                }
            }
            entry.explanations = maps[method]
            return entry
        }
    }

    /// The images that are explained, in the order of the data set: the positive ones, and of
    /// these only those with a mask if every metric needs one.
    func explained(by metrics: [any Metric]) throws -> [Int] {
        let needsMask = metrics.allSatisfy { $0.needs.contains(.mask) }
        return try dataset.items.indices.filter { index in
            try isPositive(index) && (!needsMask || dataset.resizedMask(index) != nil)
        }
    }

    private func image(_ index: Int) -> ImageResult {
        let item = dataset.items[index]
        var row = ImageResult(run: "", image: item.id, label: .uncertain)
        row.group = item.group
        return row
    }

    /// What is the same for all methods.
    private func figures(of predictions: Predictions) -> RunResult {
        var run = RunResult(run: "", factors: RunFactors())
        run.setOrigin(configuration)
        run.images = dataset.count
        run.labelled = predictions.labelled.count
        run.positives = predictions.positives
        run.metrics = predictions.metrics.compactMapValues(\.value)
        run.confusion = predictions.confusion
        return run
    }

    private func labelState(_ index: Int, _ classIndex: Int) -> LabelState {
        let item = dataset.items[index]
        // A multiclass image whose class is known is a negative image of all others.
        let isKnown =
            model.output == .multiclass
            ? item.index(of: .label) != nil : item.weights[classIndex] > 0
        guard isKnown else { return .uncertain }
        return item.isPositive(classIndex) ? .positive : .negative
    }

    /// Why an image has no explanation to score.
    private func unexplained(_ index: Int, _ label: LabelState) throws -> MissingReason {
        switch label {
        case .positive: try dataset.maskIsOutsideCrop(index) ? .maskOutsideCrop : .noMask
        case .negative: target == .predicted ? .noMask : .negativeLabel
        case .uncertain: .uncertainLabel
        }
    }
}

extension ImageResult {
    fileprivate func of(run: String) -> ImageResult {
        var row = self
        row.run = run
        return row
    }
}

extension ScoreResult {
    init(run: String, image: String, _ score: Score) {
        self.init(
            run: run, image: image, metric: score.metric, part: score.part ?? "",
            value: score.value.value, reason: score.value.reason?.rawValue ?? "")
    }
}

extension CurveResult {
    init(run: String, image: String, _ curve: Curve) {
        self.init(
            run: run, image: image, metric: curve.metric, series: curve.series,
            shares: curve.shares, values: curve.values)
    }
}

extension MetricFacts {
    init(_ quantity: Quantity) {
        self.init(
            title: quantity.title, direction: quantity.direction.rawValue, unit: quantity.unit,
            definition: quantity.definition)
    }
}
