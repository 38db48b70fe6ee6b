import PlumblineMetrics

/// The share of the K most relevant pixels that lie in a mask of K pixels.
///
/// For equal values it is the expected value over all orders. Arras et al., arXiv 2003.07258, eq.
/// 2.
public struct RankAccuracy: LocalisationMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "rank_accuracy", direction: .higherIsBetter,
            definition: "|top-K pixels of R in M| / K, K = |M|, the expected value over ties; "
                + "arXiv 2003.07258, eq. 2")
    }

    public var companions: [Quantity] { [Self.tiedShare] }

    private static let tiedShare = Quantity(
        "rank_tied_share", title: "tied share", direction: .descriptive,
        definition: "share of the K places of rank_accuracy that equal values compete for")

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        try ranked(evidence).accuracy
    }

    private func ranked(
        _ evidence: MapEvidence
    ) throws -> (accuracy: Measured, tiedShare: Double) {
        rankAccuracy(
            try evidence.heatMap(), try evidence.requireMask().pixels,
            ranking: try evidence.knownRanking())
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured { try areaShare(evidence) }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let ranked = try ranked(evidence)
        let tied: Measured =
            ranked.accuracy.reason.map { .missing($0) } ?? .value(ranked.tiedShare)
        return [Score(name, ranked.accuracy), Score(Self.tiedShare.name, tied)]
    }
}
