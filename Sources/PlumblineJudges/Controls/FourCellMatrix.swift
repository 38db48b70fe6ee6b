import PlumblineMetrics

/// What a prediction and the judged attention together say about an image.
///
/// Nguyen et al., arXiv 2508.20227: the confusion matrix of attention and prediction.
public enum AttentionCell: String, CaseIterable, Sendable {
    /// The prediction is right and the score is high.
    case correct
    /// The prediction is wrong and the score is high: the object is seen and misunderstood.
    case misunderstoodObject = "misunderstood object"
    /// The prediction is right and the score is low: it is right for another reason.
    case attendsToWrongObject = "attends to wrong object"
    /// The prediction is wrong and the score is low.
    case lackOfUnderstanding = "lack of understanding"

    /// - Parameter threshold: a score of at least this is high.
    public init(isCorrect: Bool, score: Double, threshold: Double) {
        switch (isCorrect, score >= threshold) {
        case (true, true): self = .correct
        case (false, true): self = .misunderstoodObject
        case (true, false): self = .attendsToWrongObject
        case (false, false): self = .lackOfUnderstanding
        }
    }
}

/// The images by cell, with those that have no cell and the reason.
public struct FourCellMatrix: Sendable, Equatable {
    public let threshold: Double
    /// The images of each cell, in their order.
    public private(set) var images: [AttentionCell: [String]] = [:]
    /// Images without a score or without a label, by the reason.
    public private(set) var missing: [String: [String]] = [:]

    public static let standardThreshold = 2.5

    public init(threshold: Double = FourCellMatrix.standardThreshold) {
        self.threshold = threshold
    }

    /// Adds an image.
    ///
    /// - Parameter isCorrect: whether the prediction is right; `nil` if that is not known.
    /// - Returns: its cell; `nil` if it has none.
    @discardableResult
    public mutating func add(_ image: String, isCorrect: Bool?, score: Measured) -> AttentionCell? {
        switch (score, isCorrect) {
        case (.missing(let reason), _):
            missing[reason.rawValue, default: []].append(image)
            return nil
        case (.value, nil):
            missing[MissingReason.unknownCorrectness.rawValue, default: []].append(image)
            return nil
        case (.value(let score), let isCorrect?):
            let cell = AttentionCell(isCorrect: isCorrect, score: score, threshold: threshold)
            images[cell, default: []].append(image)
            return cell
        }
    }

    public func count(_ cell: AttentionCell) -> Int { images[cell]?.count ?? 0 }

    /// The images that have a cell.
    public var total: Int { AttentionCell.allCases.reduce(0) { $0 + count($1) } }

    /// The images that have none.
    public var missingCount: Int { missing.values.reduce(0) { $0 + $1.count } }

    /// The share of a cell among the images that have one, from 0 to 1.
    public func share(_ cell: AttentionCell) -> Measured {
        total > 0 ? .value(Double(count(cell)) / Double(total)) : .missing(.noImages)
    }

    /// The share of images that are wrong or have a low score.
    ///
    /// These are all cells but ``AttentionCell/correct``.
    ///
    /// From 0 to 1; lower is better.
    public var errorShare: Measured {
        total > 0 ? .value(1 - Double(count(.correct)) / Double(total)) : .missing(.noImages)
    }
}
