import PlumblineStatistics
import PlumblineStorage

/// The predictions of two models for the same images, paired by the name of the image.
///
/// It is the one place that says which images are compared: `report`, the table
/// `/prediction_pairs` and the AUROC gate ask it.
public struct PredictionPairing {
    /// Images that both models have, sorted by name.
    public let pairs: [(first: ImageResult, second: ImageResult)]
    /// Images that only one model has.
    public let alone: Int
    /// Images whose labels differ between the models.
    public let differingLabels: Int
    /// Pairs that have the same label, which is not uncertain.
    public let labelled: [(first: ImageResult, second: ImageResult)]

    public init(_ first: [ImageResult], _ second: [ImageResult]) {
        func named(_ images: [ImageResult]) -> [String: ImageResult] {
            Dictionary(images.map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let (a, b) = (named(first), named(second))
        pairs = a.keys.sorted().compactMap { image in b[image].map { (a[image]!, $0) } }
        alone = a.count + b.count - 2 * pairs.count
        differingLabels = pairs.count { $0.first.label != $0.second.label }
        labelled = pairs.filter {
            $0.first.label == $0.second.label && $0.first.label != .uncertain
        }
    }

    /// The number of positive images among ``labelled``.
    public var positives: Int { labelled.count { $0.first.label == .positive } }

    /// The difference of the areas under the ROC curve, first minus second, with DeLong's interval.
    ///
    /// Images are ranked by the logit, or by the probability where a file has no logits.
    ///
    /// - Returns: the reason where it is not defined.
    public var auroc: Result<AUROCDifference, AUROCDefect> {
        let groups = labelled.map { $0.first.group ?? "" }
        return aurocDifference(
            scoresA: labelled.map { Self.score($0.first) },
            scoresB: labelled.map { Self.score($0.second) },
            labels: labelled.map { $0.first.label == .positive },
            groups: groups.allSatisfy(\.isEmpty) ? nil : groups)
    }

    /// How alike the predicted classes and the probabilities are.
    ///
    /// - Parameter isMulticlass: whether the largest logit is the predicted class.
    /// - Returns: `nil` without a common image.
    public func agreement(isMulticlass: Bool) -> PredictionAgreement? {
        PredictionAgreement(
            pairs.map { $0.first.predictedClass(isMulticlass) },
            pairs.map { $0.second.predictedClass(isMulticlass) },
            probabilities: (pairs.map(\.first.probability), pairs.map(\.second.probability)))
    }

    private static func score(_ row: ImageResult) -> Double { row.logit ?? row.probability }
}
