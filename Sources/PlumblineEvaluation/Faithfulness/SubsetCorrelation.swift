import PlumblineMetrics
import PlumblineTensors

/// Whether the relevance of random sets of pixels goes with what removing them changes.
///
/// Bhatt et al., arXiv 2005.00631 (faithfulness correlation), and Ancona et al., arXiv 1711.06104
/// (Sensitivity-n): Pearson's correlation, over random sets, of the sum of their relevance and of
/// the fall of the logit. The first takes one size of set, the second the mean over several.
public struct SubsetCorrelation: Metric {
    let given: String
    /// Shares of the pixels in a set.
    let shares: [Double]
    /// Sets of each size.
    let samples: Int
    let replacement: Replacement

    public static let faithfulness = SubsetCorrelation(
        "faithfulness_correlation", shares: [0.05], samples: 100, replacement: .black)
    public static let sensitivityN = SubsetCorrelation(
        "sensitivity_n", shares: [0.01, 0.05, 0.1, 0.25, 0.5, 0.8], samples: 50,
        replacement: .black)

    init(_ name: String, shares: [Double], samples: Int, replacement: Replacement) {
        given = name
        self.shares = shares
        self.samples = samples
        self.replacement = replacement
    }

    public var quantity: Quantity {
        let sizes = shares.map { "\($0)" }.joined(separator: ", ")
        let source = shares.count == 1 ? "arXiv 2005.00631" : "arXiv 1711.06104, eq. 3"
        return Quantity(
            given, direction: .higherIsBetter,
            definition: "correlation over \(samples) random sets (share \(sizes) of the pixels) of "
                + "their relevance and the fall of the logit; \(source)")
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let map = evidence.pixelRelevance()
        if let defect = map.orderDefect { return missing(defect) }
        let correlations = shares.enumerated().map { place, share in
            correlation(evidence, map, share: share, stream: UInt64(place))
        }
        if let reason = correlations.compactMap(\.reason).first { return missing(reason) }
        let values = correlations.compactMap(\.value)
        return [Score(name, .value(values.reduce(0, +) / Double(values.count)))]
    }

    private func correlation(
        _ evidence: Evidence, _ map: HeatMap, share: Double, stream: UInt64
    ) -> Measured {
        var random = RandomGenerator(seed: evidence.seed &+ stream &* 0x9E37_79B9_7F4A_7C15)
        let pixels = Array(map.values.indices)
        let count = max(1, Int((share * Double(pixels.count)).rounded()))
        let sets = (0..<samples).map { _ in Array(pixels.shuffled(using: &random).prefix(count)) }
        let other = evidence.replacement(replacement)
        let channels = evidence.image.shape[3]
        let answers = evidence.answers(.logit, count: samples) { index, pixels in
            for pixel in sets[index] {
                for place in (pixel * channels)..<((pixel + 1) * channels) {
                    pixels[place] = other[place]
                }
            }
        }
        let original = evidence.answer(.logit)
        let sums = sets.map { set in set.reduce(0.0) { $0 + Double(map.values[$1]) } }
        return pearsonCorrelation(sums, answers.map { original - $0 })
    }
}
