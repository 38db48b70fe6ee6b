import PlumblineMetrics

/// The scores of Shared Interest as its published code computes them.
///
/// Boggust et al., arXiv 2107.09234, and `mitvis/shared-interest`: the channels are summed with
/// their sign; the explained region is what is at least the mean plus one standard deviation; the
/// saliency coverage takes the absolute value of the sum.
public struct SharedInterest: MapMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "shared_interest_iou", direction: .higherIsBetter,
            definition:
                "|G and E| / |G or E|, E: the signed sum of the channels is at least mean + "
                + "std; arXiv 2107.09234, published code")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "shared_interest_explanation_coverage", direction: .higherIsBetter,
                definition: "|G and E| / |E|, E as for shared_interest_iou"),
            Quantity(
                "shared_interest_ground_truth_coverage", direction: .higherIsBetter,
                definition: "|G and E| / |G|, E as for shared_interest_iou"),
            Quantity(
                "shared_interest_saliency_coverage", direction: .higherIsBetter,
                definition: "sum(|R| M) / sum |R|, R the signed sum of the channels"),
        ]
    }

    public var needs: Needs { [.map, .mask] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let names = quantities.map(\.name)
        let mask = try evidence.requireMask().pixels
        let saliency = RelevanceShares.saliencyCoverage(
            try evidence.heatMap(.signed), mask, sums: try evidence.sums(.mask, .signed))
        let overlap = try evidence.overlap(.meanPlus(deviations: 1), .signed)
        let values: [Measured] =
            switch overlap {
            case .failure(let missing):
                [Measured](repeating: .missing(missing.reason), count: 3)
            case .success(let overlap):
                [
                    overlap.intersectionOverUnion, overlap.explanationCoverage,
                    overlap.groundTruthCoverage,
                ]
            }
        return zip(names, values + [saliency]).map { Score($0, $1) }
    }
}
