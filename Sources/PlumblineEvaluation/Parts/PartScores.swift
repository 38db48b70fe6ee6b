import PlumblineMetrics

/// PQAH (Tursun et al., arXiv 2405.13264): how the map shows each part of the object, and the
/// background.
///
/// The pixels of the object are those of its parts.
public struct PartScores: MapMetric {
    let theta: Double
    let suffix: String

    /// - Parameter theta: the share of the range above which the map counts, in 0 ..< 1.
    public init(theta: Double = 0.5, suffix: String = "") {
        self.theta = theta
        self.suffix = suffix
    }

    public var quantity: Quantity {
        Quantity(
            "ph\(suffix)", title: "PH", direction: .higherIsBetter,
            definition: "2 P R / (P + R), P = |H and object| / |H|, R = |H and part| / |part|, "
                + "H: above \(theta) of the range; arXiv 2405.13264")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "part_precision\(suffix)", direction: .higherIsBetter,
                definition: "P of ph: |H and object| / |H|; background: |H and background| / |H|"),
            Quantity(
                "part_recall\(suffix)", direction: .higherIsBetter,
                definition: "R of ph: |H and part| / |part|"),
            Quantity(
                "part_true_precision\(suffix)", direction: .higherIsBetter,
                definition: "|H and part| / |H|"),
            Quantity(
                "part_dice\(suffix)", direction: .higherIsBetter,
                definition: "2 |H and part| / (|H| + |part|)"),
            Quantity(
                "part_iou\(suffix)", direction: .higherIsBetter,
                definition: "|H and part| / |H or part|"),
        ]
    }

    public var needs: Needs { [.map, .parts] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let parts = try evidence.parts()
        let map = evidence.heatMap(height: parts[0].mask.height, width: parts[0].mask.width)
        let names = quantities.map(\.name)
        return PartHeatMap(map, parts: parts.map { ($0.name, $0.mask.pixels) }, theta: theta).parts
            .flatMap { part in
                let values = [
                    part.harmonicMean, part.precision, part.recall, part.truePrecision, part.dice,
                    part.intersectionOverUnion,
                ]
                return zip(names, values).map { Score($0, part: part.name, $1) }
            }
    }
}
