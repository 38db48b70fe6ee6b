import PlumblineModels
import PlumblineSettings
import PlumblineTensors

/// How predictions are compared with labels: binary cross entropy for a multilabel model, cross
/// entropy for a multiclass model.
public struct ClassificationLoss: Sendable, Equatable {
    /// The share of each label that is spread evenly over all classes (Szegedy et al., arXiv
    /// 1512.00567, section 7).
    ///
    /// It is for multiclass models.
    public var labelSmoothing: Float = 0
    /// By class: the weight of its images; empty for 1 each.
    ///
    /// They are for multiclass models.
    public var classWeights: [Float] = []

    public init() {}

    /// The loss of multiclass predictions is `-sum(terms . log p) / total`.
    ///
    /// With labels of one class per image these are the terms and the total of PyTorch's
    /// `CrossEntropyLoss(weight:label_smoothing:)`. Labels that are shares of classes give the mean
    /// of the losses of these classes, weighted by share and class weight. Without class weights
    /// that is PyTorch's loss of probabilities.
    struct CrossEntropyTerms {
        /// `[batch, classes]`.
        let terms: Tensor
        let total: Float
    }

    /// - Parameters:
    ///   - labels: `[batch, classes]`, the share of each class in an image. An image whose shares
    ///     add up to less than 1 counts less.
    ///   - weights: `[batch, classes]`; 0 at a class leaves its share of the image out.
    func crossEntropyTerms(_ labels: Tensor, weights: Tensor) -> CrossEntropyTerms {
        let count = labels.shape[0]
        let classes = labels.shape[1]
        let labelValues = labels.values
        let weightValues = weights.values
        let classWeights =
            classWeights.isEmpty ? [Float](repeating: 1, count: classes) : classWeights
        require(
            classWeights.count == classes,
            "cross entropy: \(classWeights.count) class weights for \(classes) classes")
        var terms = [Float](repeating: 0, count: labelValues.count)
        var total: Float = 0
        for row in 0..<count {
            let places = (row * classes)..<((row + 1) * classes)
            let imageWeight = places.reduce(Float(0)) { $0 + labelValues[$1] * weightValues[$1] }
            for (place, classWeight) in zip(places, classWeights) {
                let share = labelValues[place] * weightValues[place]
                let smoothed =
                    (1 - labelSmoothing) * share + labelSmoothing * imageWeight / Float(classes)
                terms[place] = classWeight * smoothed
                total += classWeight * share
            }
        }
        return CrossEntropyTerms(
            terms: Tensor(terms, shape: labels.shape), total: max(1e-12, total))
    }

    /// The mean loss of a batch, a scalar.
    ///
    /// - Parameters:
    ///   - logits: `[batch, classes]`
    ///   - labels: `[batch, classes]`, from 0 to 1.
    ///   - weights: of the labels, `[batch, classes]`; 0 leaves a label out.
    public func callAsFunction(
        _ logits: Tensor, _ labels: Tensor, weights: Tensor, _ output: OutputKind
    ) -> Tensor {
        switch output {
        case .multilabel:
            return logits.binaryCrossEntropy(labels, weights: weights)
        case .multiclass:
            let entropy = crossEntropyTerms(labels, weights: weights)
            return -(logits.logSoftmax() * entropy.terms).sum() / entropy.total
        }
    }
}

extension ClassificationLoss {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<ClassificationLoss>] {
        [
            .float(
                "label_smoothing", \.labelSmoothing, in: 0...0.99,
                "Multiclass: the share of a label that is spread over all classes."),
            .numbers(
                "class_weights", \.classWeights, in: 0...1e6,
                "Multiclass: the weight of each class in the loss, in their order; empty: 1 each."),
        ]
    }
}
