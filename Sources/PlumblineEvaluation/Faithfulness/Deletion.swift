import PlumblineMetrics

/// How the probability falls while the most relevant pixels are removed first.
///
/// Petsiuk et al., arXiv 1806.07421. All steps run in batches.
public struct Deletion: CurveMetric {
    let steps: Int
    let replacement: Replacement
    let suffix: String

    public init(steps: Int = 50, replacement: Replacement = .blur, suffix: String = "") {
        self.steps = steps
        self.replacement = replacement
        self.suffix = suffix
    }

    public var quantity: Quantity {
        Quantity(
            "deletion\(suffix)", direction: .lowerIsBetter,
            definition:
                "area under the probability over \(steps) steps to \(replacement.rawValue), "
                + "most relevant pixels first; arXiv 1806.07421")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "deletion_relative\(suffix)", direction: .lowerIsBetter,
                definition: "deletion divided by the probability at the image (AutoTimm)"),
            Quantity(
                "deletion_drop\(suffix)", direction: .descriptive,
                definition: "(p - p of the replacement) / p; the same for all explanations"),
            Quantity(
                "deletion_half_steps\(suffix)", direction: .lowerIsBetter,
                definition: "deletion by every second step"),
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        switch evidence.curve(.deletion, steps: steps, replacement) {
        case .failure(let missing): return (self.missing(missing.reason), [])
        case .success(let curve): return (scores(curve), [curve.curve(name)])
        }
    }

    private func scores(_ curve: RemovalCurve) -> [Score] {
        let original = curve.original
        let names = quantities.map(\.name)
        guard original > 0, let last = curve.values.last else {
            return [Score(names[0], .value(curve.area))]
                + names[1...2].map { Score($0, .missing(.noProbability)) }
                + [Score(names[3], .value(curve.areaOfHalf))]
        }
        let values = [
            curve.area, curve.area / original, (original - last) / original, curve.areaOfHalf,
        ]
        return zip(names, values).map { Score($0, .value($1)) }
    }
}
