import PlumblineData
import PlumblineEvaluation
import PlumblineModels

/// Counts wrong predictions, over all images and per class.
///
/// A multiclass model is wrong where another class than the label has the largest logit. A
/// multilabel one is wrong where the probability of the explained class is on the other side of 0.5
/// than its label.
struct PredictionErrors {
    private struct Count {
        var images = 0
        var wrong = 0
        var share: Double? { images > 0 ? Double(wrong) / Double(images) : nil }
    }

    private var all = Count()
    private var byClass: [String: Count] = [:]

    mutating func add(_ evaluated: EvaluatedImage, of dataset: ImageDataset, _ output: OutputKind) {
        let item = dataset.items[evaluated.index]
        let className: String
        let isWrong: Bool
        if output == .multiclass {
            guard let label = item.index(of: .label) else { return }
            className = dataset.classes[label]
            isWrong = label != evaluated.predictedClass
        } else {
            guard item.weights[evaluated.target] > 0 else { return }
            className = dataset.classes[evaluated.target]
            isWrong = (evaluated.probability >= 0.5) != (item.labels[evaluated.target] >= 0.5)
        }
        all.images += 1
        byClass[className, default: Count()].images += 1
        guard isWrong else { return }
        all.wrong += 1
        byClass[className, default: Count()].wrong += 1
    }

    /// The share of images with a label that are predicted wrongly; `nil` without such an image.
    var share: Double? { all.share }

    func share(of className: String) -> Double? { byClass[className]?.share }
}
