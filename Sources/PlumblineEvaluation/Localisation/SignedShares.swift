import PlumblineMetrics

/// The share of the absolute relevance inside the mask.
public struct SaliencyCoverage: LocalisationMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "saliency_coverage", direction: .higherIsBetter,
            definition: "sum(|R| M) / sum |R|, R the signed sum of the channels; arXiv 2107.09234")
    }

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        RelevanceShares.saliencyCoverage(
            try evidence.heatMap(.signed), try evidence.requireMask().pixels,
            sums: try evidence.sums(.mask, .signed))
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured { try areaShare(evidence) }
}

/// Whether positive relevance lies inside the mask and negative relevance outside.
public struct DualPolarityPrecision: MapMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "dual_polarity_precision", direction: .higherIsBetter,
            definition: "mean of sum(R+ M) / sum(R+) and sum(R- (1 - M)) / sum(R-), R the signed "
                + "sum of the channels")
    }

    public var needs: Needs { [.map, .mask] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let score = RelevanceShares.dualPolarityPrecision(
            try evidence.heatMap(.signed), try evidence.requireMask().pixels,
            sums: try evidence.sums(.mask, .signed))
        return [Score(name, score)]
    }
}
