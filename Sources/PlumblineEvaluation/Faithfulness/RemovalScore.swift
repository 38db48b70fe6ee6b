import PlumblineMetrics

/// Which way pixels change, the most relevant first.
public enum RemovalDirection: String, Sendable, CaseIterable {
    /// From the image to the replacement.
    case deletion
    /// From the replacement to the image.
    case insertion
}

/// Deletion or insertion: the area under the probability while the most relevant pixels are
/// replaced, or shown, first.
///
/// `sum_k (p_k + p_(k+1)) / (2 steps)` over the curve p of the explained class's probability
/// (Petsiuk et al., arXiv 1806.07421). From 0 to 1. Deletion is better when it is lower, insertion
/// when it is higher. All steps run in batches.
///
/// It is missing for a map that is constant or not finite; what is divided by a probability of 0 is
/// missing too.
public struct RemovalScore: CurveMetric {
    let direction: RemovalDirection
    let steps: Int
    let replacement: Replacement
    let suffix: String

    /// - Parameter suffix: behind the names of all quantities, such as `:black`.
    public init(
        _ direction: RemovalDirection, steps: Int = 50, replacement: Replacement = .blur,
        suffix: String = ""
    ) {
        self.direction = direction
        self.steps = steps
        self.replacement = replacement
        self.suffix = suffix
    }

    public var quantity: Quantity {
        let way = direction == .deletion ? "to" : "from"
        return Quantity(
            direction.rawValue + suffix, direction: better,
            definition: "area under the probability over \(steps) steps \(way) "
                + "\(replacement.rawValue), most relevant pixels first; arXiv 1806.07421")
    }

    public var companions: [Quantity] {
        let name = direction.rawValue
        return [
            Quantity(
                "\(name)_relative\(suffix)", direction: better,
                definition: "\(name) divided by the probability at the image (AutoTimm)"),
            end,
            Quantity(
                "\(name)_half_steps\(suffix)", direction: better,
                definition: "\(name) by every second step"),
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        switch evidence.curve(direction, steps: steps, replacement) {
        case .failure(let missing): return (self.missing(missing.reason), [])
        case .success(let curve):
            let values = [
                .value(curve.area), curve.relative(curve.area), curve.end(direction),
                .value(curve.areaOfHalf),
            ]
            return (zip(quantities, values).map { Score($0.name, $1) }, [curve.curve(name)])
        }
    }

    private var better: Direction {
        direction == .deletion ? .lowerIsBetter : .higherIsBetter
    }

    /// What the whole of the curve changes: a fact of the image, the same for all explanations.
    var end: Quantity {
        switch direction {
        case .deletion:
            Quantity(
                "deletion_drop\(suffix)", direction: .descriptive,
                definition: "(p - p of the replacement) / p; the same for all explanations")
        case .insertion:
            Quantity(
                "insertion_rise\(suffix)", direction: .descriptive,
                definition: "(p - p0) / |p - p0|, p0 at the replacement: 1 where the image has more"
            )
        }
    }
}
