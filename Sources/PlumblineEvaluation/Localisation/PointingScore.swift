import PlumblineMetrics

/// Whether the most relevant pixel hits the mask, with a tolerance.
public struct PointingScore: LocalisationMetric {
    let given: String
    let tolerance: Int

    /// - Parameters:
    ///   - name: `pointing_game`, or with the tolerance behind it.
    ///   - tolerance: in pixels of the mask.
    public init(_ name: String = "pointing_game", tolerance: Int = 15) {
        given = name
        self.tolerance = tolerance
    }

    public var quantity: Quantity {
        Quantity(
            given, direction: .higherIsBetter,
            definition: "share of the most relevant pixels at most \(tolerance) pixels from the "
                + (tolerance == 0 ? "mask; CheXlocalize's hit rate" : "mask; arXiv 1608.00507"))
    }

    public var needs: Needs { [.map, .mask] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        PointingGame.hit(
            try evidence.heatMap(), try evidence.requireMask().pixels, tolerance: tolerance,
            ranking: try evidence.knownRanking())
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured {
        .value(try evidence.nearShare(tolerance: tolerance))
    }
}
