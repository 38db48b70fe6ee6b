import PlumblineMetrics

/// The share of the positive relevance inside the mask.
///
/// Arras et al., arXiv 2003.07258, eq. 1.
public struct MassAccuracy: LocalisationMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "mass_accuracy", direction: .higherIsBetter,
            definition: "sum(R M) / sum(R), R = max(relevance, 0); arXiv 2003.07258, eq. 1")
    }

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        massAccuracy(
            try evidence.heatMap(), try evidence.requireMask().pixels, sums: try evidence.sums())
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured { try areaShare(evidence) }
}
