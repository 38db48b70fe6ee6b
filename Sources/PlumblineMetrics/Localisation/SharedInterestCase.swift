/// How an explanation, a mask and a prediction agree: the eight cases of Shared Interest.
///
/// Boggust et al., arXiv 2107.09234, section 4: four for a correct prediction and four for a wrong
/// one.
public enum SharedInterestCase: String, CaseIterable, Sendable {
    /// Correct, and the explanation matches the mask.
    case humanAligned = "human_aligned"
    /// Correct, by a part of the object.
    case sufficientSubset = "sufficient_subset"
    /// Correct, by what is beside the object.
    case sufficientContext = "sufficient_context"
    /// Correct, by the object together with what is beside it.
    case contextDependent = "context_dependent"
    /// Wrong, although the explanation matches the mask.
    case confuser = "confuser"
    /// Wrong, by a part of the object.
    case insufficientSubset = "insufficient_subset"
    /// Wrong, by what is beside the object.
    case distractor = "distractor"
    /// Wrong, by the object together with what is beside it.
    case contextConfusion = "context_confusion"

    /// What counts as a high and as a low score.
    public struct Thresholds: Sendable, Equatable {
        /// A score of at least this is high.
        public var high: Double
        /// A score of at most this is low.
        public var low: Double

        public init(high: Double = 0.5, low: Double = 0.1) {
            self.high = high
            self.low = low
        }
    }

    /// The case of an image.
    ///
    /// A high intersection over union is a match; then a high explanation coverage is a subset;
    /// then a high ground-truth coverage is context as well; and with both coverages low it is
    /// context alone.
    ///
    /// - Returns: `nil` where the scores are between the thresholds, or missing.
    public init?(
        _ overlap: RegionOverlap, isCorrect: Bool, thresholds: Thresholds = Thresholds()
    ) {
        guard let union = overlap.intersectionOverUnion.value,
            let explanation = overlap.explanationCoverage.value,
            let groundTruth = overlap.groundTruthCoverage.value
        else { return nil }
        if union >= thresholds.high {
            self = isCorrect ? .humanAligned : .confuser
        } else if explanation >= thresholds.high {
            self = isCorrect ? .sufficientSubset : .insufficientSubset
        } else if groundTruth >= thresholds.high {
            self = isCorrect ? .contextDependent : .contextConfusion
        } else if explanation <= thresholds.low, groundTruth <= thresholds.low {
            self = isCorrect ? .sufficientContext : .distractor
        } else {
            return nil
        }
    }
}
