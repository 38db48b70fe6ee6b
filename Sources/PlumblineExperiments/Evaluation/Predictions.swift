import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineModels
import PlumblineStorage

/// What a model predicts for the images of a data set, and how well.
struct Predictions {
    private let dataset: ImageDataset
    private let target: TargetClass
    private let output: OutputKind
    /// Of the explained class, in the order of the data set; NaN where the model was not run.
    private var logOdds: [Double]
    /// Of a multiclass model: all logits of each image.
    private var logits: [[Float]]

    init(_ dataset: ImageDataset, _ target: TargetClass, _ output: OutputKind) {
        self.dataset = dataset
        self.target = target
        self.output = output
        logOdds = [Double](repeating: .nan, count: dataset.count)
        logits = output == .multiclass ? [[Float]](repeating: [], count: dataset.count) : []
    }

    mutating func add(_ image: EvaluatedImage) {
        logOdds[image.index] = image.logOdds
        if output == .multiclass { logits[image.index] = image.logits }
    }

    /// The images with a known label: of the explained class, or of any class if the model is
    /// multiclass.
    var labelled: [Int] {
        dataset.items.indices.filter { index in
            let item = dataset.items[index]
            switch (output, target) {
            case (.multilabel, .index(let target)): return item.weights[target] > 0
            case (.multilabel, _): return item.weights.contains { $0 > 0 }
            case (.multiclass, _): return item.index(of: .label) != nil
            }
        }
    }

    /// How many of ``labelled`` show the explained class.
    var positives: Int { labelled.count { dataset.items[$0].isPositive(target) } }

    /// The area under the ROC curve of the explained class or, if that is not one class, the mean
    /// over the classes of a multiclass model.
    var areaUnderROC: Measured { areaUnderROC(multiclass) }

    private func areaUnderROC(_ multiclass: MulticlassPredictions?) -> Measured {
        guard case .index(let index) = target else {
            return multiclass?.macroAUROC(comparable: output.logOdds) ?? .missing(.noSingleClass)
        }
        // Ranked by log-odds: float32 probabilities near 1 are often equal.
        return PlumblineMetrics.areaUnderROC(
            scores: labelled.map { logOdds[$0] },
            labels: labelled.map { dataset.items[$0].isPositive(index) })
    }

    /// By the names of ``RunResult/metrics``.
    var metrics: [String: Measured] {
        switch output {
        case .multilabel: binaryMetrics
        case .multiclass: multiclassMetrics
        }
    }

    private var binaryMetrics: [String: Measured] {
        guard case .index(let index) = target else { return [:] }
        let scores = labelled.map { logOdds[$0] }
        let labels = labelled.map { dataset.items[$0].isPositive(index) }
        return [
            "auroc": areaUnderROC,
            "average_precision": averagePrecision(scores: scores, labels: labels),
            // Log-odds of 0 are a probability of 0.5.
            "f1": f1Score(scores: scores, labels: labels, threshold: 0),
            "accuracy": accuracy(scores: scores, labels: labels, threshold: 0),
        ]
    }

    private var multiclassMetrics: [String: Measured] {
        guard let multiclass else { return [:] }
        var metrics = [
            "auroc": areaUnderROC(multiclass),
            "accuracy": multiclass.topAccuracy(1),
            "macro_f1": multiclass.macroF1,
            "micro_f1": multiclass.microF1,
            "macro_auroc": multiclass.macroAUROC(comparable: output.logOdds),
        ]
        if dataset.classes.count > 5 { metrics["top5_accuracy"] = multiclass.topAccuracy(5) }
        if case .index(let index) = target {
            let labelled = labelled
            metrics["average_precision"] = averagePrecision(
                scores: labelled.map { logOdds[$0] },
                labels: labelled.map { dataset.items[$0].isPositive(index) })
            metrics["f1"] = multiclass.f1Score(of: index)
        } else {
            metrics["f1"] = multiclass.macroF1
        }
        return metrics
    }

    /// The images of each label and prediction, in the order of the classes.
    var confusion: [ConfusionCount] {
        guard let multiclass else { return [] }
        return multiclass.confusionMatrix.enumerated().flatMap { label, counts in
            counts.enumerated().compactMap { prediction, count in
                count == 0
                    ? nil
                    : ConfusionCount(
                        label: dataset.classes[label], prediction: dataset.classes[prediction],
                        count: count)
            }
        }
    }

    /// The labelled images of a multiclass model that was run on all of them.
    private var multiclass: MulticlassPredictions? {
        guard output == .multiclass else { return nil }
        let labelled = labelled
        guard labelled.allSatisfy({ !logits[$0].isEmpty }) else { return nil }
        return MulticlassPredictions(
            scores: labelled.flatMap { logits[$0] },
            labels: labelled.map { dataset.items[$0].index(of: .label)! },
            classCount: dataset.classes.count)
    }
}
