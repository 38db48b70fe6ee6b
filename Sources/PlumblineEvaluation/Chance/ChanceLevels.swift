import PlumblineMetrics

/// What a localisation metric gives to maps that know nothing of the image.
///
/// The expected score of a map whose pixels are shuffled is computed, not drawn. The other map is
/// that of ``CentrePriors``.
public struct ChanceLevels: MapMetric {
    let base: any LocalisationMetric

    public init(_ base: any LocalisationMetric) { self.base = base }

    public var quantity: Quantity {
        Quantity(
            "\(base.name)_chance", direction: .descriptive,
            definition: "expected \(base.name) of the map with its pixels shuffled")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "\(base.name)_centre", direction: .descriptive,
                definition: "\(base.name) of a Gaussian in the middle, sigma a quarter of a side"),
            Quantity(
                "\(base.name)_corrected", direction: base.quantity.direction,
                definition: "(s - b) / (1 - b), s = \(base.name), b = \(base.name)_chance"),
        ]
    }

    public var needs: Needs { base.needs }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let chance = try base.chance(evidence)
        let centre = try base.score(try evidence.centrePrior())
        return [
            Score(name, chance), Score(companions[0].name, centre),
            Score(companions[1].name, Self.corrected(try base.score(evidence), chance)),
        ]
    }

    private static func corrected(_ score: Measured, _ chance: Measured) -> Measured {
        switch (score, chance) {
        case (.missing(let reason), _), (_, .missing(let reason)): return .missing(reason)
        case (.value(let score), .value(let chance)):
            guard chance < 1 else { return .missing(.chanceIsPerfect) }
            return .value((score - chance) / (1 - chance))
        }
    }
}
