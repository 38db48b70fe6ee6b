import PlumblineMetrics

/// The share of the positive relevance inside the boxes of the objects.
///
/// Wang et al. (Score-CAM), arXiv 1910.01279, eq. 9. It is ``MassAccuracy`` with boxes.
public struct EnergyPointingGame: LocalisationMetric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "energy_pointing_game", direction: .higherIsBetter,
            definition: "sum(R B) / sum(R), B the boxes around the objects; arXiv 1910.01279, eq. 9"
        )
    }

    public var needs: Needs { [.map, .box] }

    public func score(_ evidence: MapEvidence) throws -> Measured {
        massAccuracy(
            try evidence.heatMap(), try evidence.requireBoxes().pixels,
            sums: try evidence.sums(.boxes))
    }

    public func chance(_ evidence: MapEvidence) throws -> Measured {
        let boxes = try evidence.requireBoxes()
        return .value(Double(boxes.area) / Double(boxes.pixels.count))
    }
}
