import PlumblineMetrics

/// Which of the eight cases of Shared Interest an image is: one row per case, 1 or 0.
///
/// So the mean over images is the share of a case. See ``SharedInterestCase``.
public struct SharedInterestCases: MapMetric {
    let rule: BinarisationRule
    let thresholds: SharedInterestCase.Thresholds

    public init(
        _ rule: BinarisationRule = BinarisationRule(),
        thresholds: SharedInterestCase.Thresholds = SharedInterestCase.Thresholds()
    ) {
        self.rule = rule
        self.thresholds = thresholds
    }

    public var quantity: Quantity {
        Quantity(
            "shared_interest_case\(rule.suffix)", direction: .descriptive,
            definition: "1 for the case of the image, by iou, coverages (high: at least "
                + "\(thresholds.high), low: at most \(thresholds.low)) and correctness; "
                + "arXiv 2107.09234")
    }

    public var needs: Needs { [.map, .mask, .correctness] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        guard let isCorrect = evidence.isCorrect else { return missing(.unknownCorrectness) }
        switch try evidence.overlap(rule.binarisation) {
        case .failure(let missing): return self.missing(missing.reason)
        case .success(let overlap):
            if let reason = overlap.dice.reason { return missing(reason) }
            let own = SharedInterestCase(overlap, isCorrect: isCorrect, thresholds: thresholds)
            return SharedInterestCase.allCases.map {
                Score(name, part: $0.rawValue, .value($0 == own ? 1 : 0))
            }
        }
    }
}
