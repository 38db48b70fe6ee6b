import PlumblineMetrics

/// How the explained region, above a threshold, and the mask overlap.
public struct OverlapScore: LocalisationMetric {
    public enum Share: String, CaseIterable, Sendable {
        case explanationCoverage = "explanation_coverage"
        case groundTruthCoverage = "ground_truth_coverage"
        case intersectionOverUnion = "iou"
        case dice
    }

    let share: Share
    let rule: BinarisationRule

    public init(_ share: Share, _ rule: BinarisationRule = BinarisationRule()) {
        self.share = share
        self.rule = rule
    }

    public var quantity: Quantity {
        let formula =
            switch share {
            case .explanationCoverage: "|G and E| / |E|"
            case .groundTruthCoverage: "|G and E| / |G|"
            case .intersectionOverUnion: "|G and E| / |G or E|"
            case .dice: "2 |G and E| / (|G| + |E|)"
            }
        return Quantity(
            share.rawValue + rule.suffix, direction: .higherIsBetter,
            definition: "\(formula), G the mask, E \(rule.meaning); arXiv 2107.09234")
    }

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        switch try evidence.overlap(rule.binarisation) {
        case .failure(let missing): .missing(missing.reason)
        case .success(let overlap):
            switch share {
            case .explanationCoverage: overlap.explanationCoverage
            case .groundTruthCoverage: overlap.groundTruthCoverage
            case .intersectionOverUnion: overlap.intersectionOverUnion
            case .dice: overlap.dice
            }
        }
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured {
        switch try evidence.overlap(rule.binarisation) {
        case .failure(let missing): .missing(missing.reason)
        case .success(let overlap):
            overlap.dice.reason.map { .missing($0) } ?? .value(expected(overlap))
        }
    }

    private func expected(_ overlap: RegionOverlap) -> Double {
        switch share {
        case .explanationCoverage: overlap.expectedCoverage.explanation
        case .groundTruthCoverage: overlap.expectedCoverage.groundTruth
        case .intersectionOverUnion: overlap.expectedIntersectionOverUnion
        case .dice: overlap.expectedDice
        }
    }
}

/// Why there is no overlap.
struct MissingOverlap: Error {
    let reason: MissingReason
}
