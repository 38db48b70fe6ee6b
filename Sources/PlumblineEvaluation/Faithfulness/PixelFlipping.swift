import PlumblineMetrics

/// Pixel flipping: the area under the probability while pixels are flipped to their opposite, the
/// most relevant first.
///
/// A pixel of value v becomes `1 - v`, in all channels. `sum_k (p_k + p_(k+1)) / (2 steps)` over
/// the curve p of the probability, from 0 to 1; lower is better. Bach et al. 2015, doi
/// 10.1371/journal.pone.0130140, section "Pixel-flipping", where pixels are black or white.
///
/// It is missing for a map that is constant or not finite.
public struct PixelFlipping: CurveMetric {
    let steps: Int

    public init(steps: Int = 50) { self.steps = steps }

    public var quantity: Quantity {
        Quantity(
            "pixel_flipping", direction: .lowerIsBetter,
            definition: "area under p over \(steps) steps in which pixels v become 1 - v, most "
                + "relevant first; Bach et al. 2015")
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        switch evidence.curve(.deletion, steps: steps, .inverse) {
        case .failure(let missing): return (self.missing(missing.reason), [])
        case .success(let curve):
            return ([Score(name, .value(curve.area))], [curve.curve(name)])
        }
    }
}
