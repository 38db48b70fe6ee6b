import PlumblineMetrics

/// The share of the positive relevance inside the mask.
///
/// Arras et al., arXiv 2003.07258, eq. 1.
public struct MassAccuracy: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "mass_accuracy", direction: .higherIsBetter,
            definition: "sum(R M) / sum(R), R = max(relevance, 0); arXiv 2003.07258, eq. 1")
    }

    public var needs: Needs { [.map, .mask] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let mask = try evidence.requireMask()
        return [Score(name, massAccuracy(try evidence.heatMap(), mask.pixels))]
    }
}
