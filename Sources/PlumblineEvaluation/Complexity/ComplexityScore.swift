import PlumblineMetrics

/// How few pixels carry the relevance.
///
/// A sparse map is easier to read; it need not be right.
public struct ComplexityScore: MapMetric {
    public enum Kind: String, CaseIterable, Sendable {
        case sparseness
        case entropy
        case effectiveComplexity = "effective_complexity"
    }

    let kind: Kind

    public init(_ kind: Kind) { self.kind = kind }

    public var quantity: Quantity {
        switch kind {
        case .sparseness:
            Quantity(
                kind.rawValue, direction: .descriptive,
                definition: "Gini index of the relevance; arXiv 1810.06583")
        case .entropy:
            Quantity(
                kind.rawValue, direction: .descriptive, unit: "nats",
                definition: "entropy of the shares of the pixels; arXiv 2005.00631")
        case .effectiveComplexity:
            Quantity(
                kind.rawValue, direction: .descriptive, unit: "pixels",
                definition: "pixels above 0.01 of the largest value; arXiv 2007.07584")
        }
    }

    public var needs: Needs { kind == .sparseness ? [.map, .pixelOrder] : [.map] }

    public func scores(_ evidence: MapEvidence) throws -> [Score] {
        let map = try evidence.heatMap()
        let value =
            switch kind {
            case .sparseness: MapComplexity.gini(map, ranking: try evidence.pixelRanking())
            case .entropy: MapComplexity.entropy(map)
            case .effectiveComplexity: MapComplexity.effectiveComplexity(map)
            }
        return [Score(name, value)]
    }
}
