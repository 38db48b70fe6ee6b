import PlumblineMetrics
import PlumblineTensors

/// Remove and debias: what removing the most and the least relevant pixels changes, filled in from
/// their neighbours.
///
/// Rong et al., arXiv 2202.00449; combined over orders and shares as in pytorch-grad-cam. From -1/2
/// to 1/2; higher is better. The score is missing where the equations of the filling were not
/// solved within `iterations` steps.
public struct ROAD: CurveMetric {
    let shares: [Double]
    let iterations: Int

    /// - Parameters:
    ///   - shares: of the pixels that are removed.
    ///   - iterations: the most steps of conjugate gradients per filling.
    public init(shares: [Double] = [0.2, 0.4, 0.6, 0.8], iterations: Int = 1000) {
        self.shares = shares
        self.iterations = iterations
    }

    public var quantity: Quantity {
        let list = shares.map { "\($0)" }.joined(separator: ", ")
        return Quantity(
            "road", direction: .higherIsBetter,
            definition: "mean over shares \(list) of (p without the least relevant - p without the "
                + "most relevant) / 2, filled in from neighbours; arXiv 2202.00449")
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        let map = evidence.pixelRelevance()
        if let defect = map.orderDefect { return (missing(defect), []) }
        let order = evidence.pixelOrder(map)
        let imputation = LinearImputation(
            height: map.height, width: map.width, channels: evidence.image.shape[3], noise: 0.01,
            mostIterations: iterations)
        let range = zip(evidence.white, evidence.black).map { abs($0 - $1) }
        var isSolved = true
        let answers = evidence.answers(.probability, count: 2 * shares.count) { index, pixels in
            let count = Int((shares[index / 2] * Double(order.count)).rounded())
            let hidden = index.isMultiple(of: 2) ? order.suffix(count) : order.prefix(count)
            var random = RandomGenerator(seed: evidence.seed &+ UInt64(index))
            let isFilled = imputation.fill(
                &pixels, hidden: Array(hidden), range: range, random: &random)
            isSolved = isSolved && isFilled
        }
        guard isSolved else { return (missing(.notSolved), []) }
        let differences = shares.indices.map { (answers[2 * $0] - answers[2 * $0 + 1]) / 2 }
        let score = Score(name, .value(differences.reduce(0, +) / Double(shares.count)))
        let original = evidence.answer(.probability)
        let curves = ["least relevant first", "most relevant first"].enumerated().map {
            offset, series in
            Curve(
                name, series: series, shares: [0] + shares,
                values: [original] + shares.indices.map { answers[2 * $0 + offset] })
        }
        return ([score], curves)
    }
}
