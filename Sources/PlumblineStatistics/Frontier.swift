/// How large a gap is reached at a loss of AUROC: the frontier of one starting model over lambda.
///
/// `F(x)` is the largest gap of the fine-tuned pairs whose loss is at most x, and at least 0, which
/// the starting model itself has at a loss of 0. It is a monotone staircase without interpolation:
/// each of its values was reached by a pair of models that exists. A pair whose AUROC did not fall
/// has a loss below 0, and counts from 0 on.
public struct Frontier: Sendable, Equatable {
    /// A fine-tuned pair.
    public struct Point: Sendable, Equatable {
        /// The starting model's AUROC less the lower one of the pair.
        public let loss: Double
        public let gap: Double

        public init(loss: Double, gap: Double) {
            self.loss = loss
            self.gap = gap
        }
    }

    /// Where the gap that is reached grows: losses and gaps ascend.
    public private(set) var steps: [Point] = []

    /// - Parameter points: in any order; one that is not finite is ignored.
    public init(_ points: [Point]) {
        var reached = 0.0
        let sorted = points.filter { $0.loss.isFinite && $0.gap.isFinite }
            .sorted { ($0.loss, -$0.gap) < ($1.loss, -$1.gap) }
        for point in sorted where point.gap > reached {
            reached = point.gap
            let loss = max(0, point.loss)
            if steps.last?.loss == loss { steps.removeLast() }
            steps.append(Point(loss: loss, gap: reached))
        }
    }

    /// The gap that is reached at a loss of at most `loss`, from 0 on.
    public func gap(at loss: Double) -> Double { steps.last { $0.loss <= loss }?.gap ?? 0 }

    /// The bend budget as an area: `1 / L` times the integral of F from 0 to L.
    ///
    /// It is the mean gap over all losses that are allowed, in the unit of the gap.
    ///
    /// - Parameter loss: L, above 0.
    public func area(to loss: Double) -> Double {
        precondition(loss > 0, "Frontier: a loss of \(loss)")
        var sum = 0.0
        for (index, step) in steps.enumerated() where step.loss < loss {
            let end = index + 1 < steps.count ? min(loss, steps[index + 1].loss) : loss
            sum += step.gap * (end - step.loss)
        }
        return sum / loss
    }
}
