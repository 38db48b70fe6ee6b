import PlumblineMetrics

/// Whether the probability never falls while pixels are inserted, the least relevant first.
///
/// Arya et al., arXiv 1909.03012; the published metric is 1 where no step falls.
public struct Monotonicity: Metric {
    let steps: Int

    public init(steps: Int = 50) { self.steps = steps }

    public var quantity: Quantity {
        Quantity(
            "monotonicity", direction: .higherIsBetter,
            definition: "share of \(steps) steps from black in which p does not fall, least "
                + "relevant pixels first; arXiv 1909.03012")
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        switch evidence.curve(.insertion, steps: steps, .black, leastRelevantFirst: true) {
        case .failure(let missing): return self.missing(missing.reason)
        case .success(let curve):
            let rises = zip(curve.values, curve.values.dropFirst()).count { $1 >= $0 }
            return [Score(name, .value(Double(rises) / Double(steps)))]
        }
    }
}
