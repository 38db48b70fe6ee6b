import PlumblineMetrics
import PlumblineTensors

/// Whether the relevance adds up to what it should.
///
/// Integrated gradients from a zero baseline add up to `f(x) - f(0)` (Sundararajan et al., arXiv
/// 1703.01365, proposition 1); LRP without bias terms adds up to `f(x)` (Bach et al. 2015).
public struct Completeness: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "completeness_error", direction: .descriptive,
            definition: "|sum R - (f(x) - f(0))| / |f(x) - f(0)|, f the logit; arXiv 1703.01365")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "conservation_error", direction: .descriptive,
                definition: "|sum R - f(x)| / |f(x)|; Bach et al. 2015")
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let values = evidence.relevance.values
        guard values.allSatisfy(\.isFinite) else { return missing(.notFinite) }
        let sum = values.reduce(0.0) { $0 + Double($1) }
        let logit = evidence.answer(.logit)
        let zero = evidence.answers(.logit, count: 1) { _, pixels in
            for index in pixels.indices { pixels[index] = 0 }
        }[0]
        func error(_ expected: Double) -> Measured {
            expected == 0 ? .missing(.noRelevance) : .value(abs(sum - expected) / abs(expected))
        }
        return [Score(name, error(logit - zero)), Score(companions[0].name, error(logit))]
    }
}
