import Foundation
import PlumblineMetrics
import PlumblineTensors

/// What a localisation metric gives to maps that know nothing of the image.
///
/// The expected score of a map whose pixels are shuffled is computed, not drawn. The centre prior
/// is a Gaussian in the middle of the image: photographs and radiographs have their objects there.
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

extension MapEvidence {
    /// The centre prior at the size of the annotations, with the same annotations.
    func centrePrior() throws -> MapEvidence {
        if let centre { return centre }
        let map = try heatMap()
        let rows = Self.bell(map.height)
        let columns = Self.bell(map.width)
        let values = rows.flatMap { row in columns.map { row * $0 } }
        let evidence = with(relevance: Tensor(values, shape: [map.height, map.width, 1]))
        centre = evidence
        return evidence
    }

    private static func bell(_ count: Int) -> [Float] {
        (0..<count).map { index in
            let distance = (Double(index) + 0.5) / Double(count) - 0.5
            return Float(exp(-distance * distance / (2 * 0.25 * 0.25)))
        }
    }
}
