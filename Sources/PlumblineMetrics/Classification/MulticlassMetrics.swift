/// Predictions of exactly one class per image, compared with the labels.
///
/// Images are counted as in scikit-learn, which the tests compare with.
public struct MulticlassPredictions: Sendable {
    public let classCount: Int
    /// The class of each image.
    public let labels: [Int]
    /// `[images * classes]`, image by image; higher means more probable.
    public let scores: [Float]

    /// - Parameters:
    ///   - scores: `[images * classes]`, image by image. Any increasing function of the
    ///     probability within an image, such as logits, gives the same predictions.
    ///   - labels: each in `0 ..< classCount`.
    public init(scores: [Float], labels: [Int], classCount: Int) {
        precondition(
            scores.count == labels.count * classCount,
            "MulticlassPredictions: \(scores.count) scores for \(labels.count) images "
                + "of \(classCount) classes")
        precondition(
            labels.allSatisfy((0..<classCount).contains),
            "MulticlassPredictions: a label is not below \(classCount)")
        self.scores = scores
        self.labels = labels
        self.classCount = classCount
    }

    /// Why there is no value; `nil` if there is one.
    private var defect: MissingReason? {
        if labels.isEmpty { return .noImages }
        return scores.allSatisfy(\.isFinite) ? nil : .notFinite
    }

    /// The share of images whose class is among the k most probable ones.
    ///
    /// From 0 to 1; higher is better. Of equal scores, the class with the lower index comes first.
    ///
    /// - Parameter k: classes that count; at least 1.
    /// - Returns: missing without images, or if a score is not finite.
    public func topAccuracy(_ k: Int) -> Measured {
        if let defect { return .missing(defect) }
        let hits = labels.indices.count { image in
            let row = scores[(image * classCount)..<((image + 1) * classCount)]
            let own = row[row.startIndex + labels[image]]
            let ahead = row.indices.count {
                row[$0] > own || (row[$0] == own && $0 - row.startIndex < labels[image])
            }
            return ahead < k
        }
        return .value(Double(hits) / Double(labels.count))
    }

    /// The predicted class of each image: that of the largest score, the first of equals.
    public var predictions: [Int] {
        labels.indices.map { image in
            let start = image * classCount
            return (0..<classCount).reduce(0) {
                scores[start + $1] > scores[start + $0] ? $1 : $0
            }
        }
    }

    /// The number of images by label and prediction: `matrix[label][prediction]`.
    public var confusionMatrix: [[Int]] {
        var matrix = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
        for (label, prediction) in zip(labels, predictions) { matrix[label][prediction] += 1 }
        return matrix
    }

    /// `2 TP / (2 TP + FP + FN)` of one class against all others.
    ///
    /// - Returns: missing without images, if a score is not finite, or if the class is neither a
    ///   label nor a prediction.
    public func f1Score(of classIndex: Int) -> Measured {
        if let defect { return .missing(defect) }
        return Self.f1Scores(confusionMatrix)[classIndex].map(Measured.value)
            ?? .missing(.oneClassOnly)
    }

    /// The mean of the F1 scores of the classes that are a label or a prediction of some image.
    ///
    /// From 0 to 1; higher is better.
    ///
    /// - Returns: missing without images, or if a score is not finite.
    public var macroF1: Measured {
        if let defect { return .missing(defect) }
        let scores = Self.f1Scores(confusionMatrix).compactMap { $0 }
        return .value(scores.reduce(0, +) / Double(scores.count))
    }

    /// F1 of all decisions of all classes together.
    ///
    /// With one class per image each wrong image is one false positive and one false negative, so
    /// this is the accuracy.
    ///
    /// - Returns: missing without images, or if a score is not finite.
    public var microF1: Measured { topAccuracy(1) }

    private static func f1Scores(_ matrix: [[Int]]) -> [Double?] {
        var predicted = [Int](repeating: 0, count: matrix.count)
        for row in matrix { for (index, count) in row.enumerated() { predicted[index] += count } }
        return matrix.indices.map { index in
            let labelled = matrix[index].reduce(0, +)
            guard labelled + predicted[index] > 0 else { return nil }
            return 2 * Double(matrix[index][index]) / Double(labelled + predicted[index])
        }
    }

    /// The mean over classes of the area under the ROC curve of one class against all others.
    ///
    /// From 0 to 1; higher is better.
    ///
    /// - Parameter comparable: from the scores of one image, one number per class by which images
    ///   are ranked. Logits of different images cannot be compared; probabilities can.
    /// - Returns: missing without images, if a score is not finite, or if a class has no positive
    ///   or no negative image.
    public func macroAUROC(
        comparable: ([Float]) -> [Double] = { $0.map(Double.init) }
    ) -> Measured {
        if let defect { return .missing(defect) }
        let rows = labels.indices.map { image in
            comparable(Array(scores[(image * classCount)..<((image + 1) * classCount)]))
        }
        var total = 0.0
        for index in 0..<classCount {
            let area = areaUnderROC(
                scores: rows.map { $0[index] }, labels: labels.map { $0 == index })
            guard let value = area.value else { return area }
            total += value
        }
        return .value(total / Double(classCount))
    }
}
