import PlumblineMetrics

/// How the probability rises while the most relevant pixels are inserted first.
///
/// Petsiuk et al., arXiv 1806.07421. All steps run in batches.
public struct Insertion: CurveMetric {
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
            "insertion\(suffix)", direction: .higherIsBetter,
            definition: "area under the probability over \(steps) steps from "
                + "\(replacement.rawValue), most relevant pixels first; arXiv 1806.07421")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "insertion_relative\(suffix)", direction: .higherIsBetter,
                definition: "insertion divided by the probability at the image (AutoTimm)"),
            Quantity(
                "insertion_rise\(suffix)", direction: .descriptive,
                definition: "(p - p0) / |p - p0|, p0 at the replacement: 1 where the image has more"
            ),
            Quantity(
                "insertion_half_steps\(suffix)", direction: .higherIsBetter,
                definition: "insertion by every second step"),
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        switch evidence.curve(.insertion, steps: steps, replacement) {
        case .failure(let missing): return (self.missing(missing.reason), [])
        case .success(let curve): return (scores(curve), [curve.curve(name)])
        }
    }

    private func scores(_ curve: RemovalCurve) -> [Score] {
        let names = quantities.map(\.name)
        let rise = curve.original - (curve.values.first ?? 0)
        let relative: Measured =
            curve.original > 0
            ? .value(curve.area / curve.original) : .missing(.noProbability)
        return [
            Score(names[0], .value(curve.area)),
            Score(names[1], relative),
            Score(
                names[2], rise == 0 ? .missing(.noProbability) : .value(rise > 0 ? 1 : -1)),
            Score(names[3], .value(curve.areaOfHalf)),
        ]
    }
}
