import PlumblineMetrics

/// The share of the most relevant pixels that lie in the mask, for a fixed share of all pixels.
///
/// Theiner et al., WACV 2022. A share, not a number, so that images of all sizes are comparable.
public struct TopKIntersection: LocalisationMetric {
    let share: Double
    let suffix: String

    /// - Parameter share: of the pixels, above 0 and at most 1.
    public init(share: Double = 0.05, suffix: String = "") {
        self.share = share
        self.suffix = suffix
    }

    public var quantity: Quantity {
        Quantity(
            "top_k_intersection\(suffix)", direction: .higherIsBetter,
            definition: "share of the \(share) most relevant pixels that lie in the mask, the "
                + "expected value over ties; Theiner et al. 2022")
    }

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        let map = try evidence.heatMap()
        let count = map.values.count
        let k = min(max(1, Int((share * Double(count)).rounded())), count)
        return topKIntersection(
            map, try evidence.requireMask().pixels, k: k, ranking: try evidence.knownRanking())
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured { try areaShare(evidence) }
}
