import PlumblineMetrics
import PlumblineTensors

/// Iterative removal of features: by how much the probability falls, on average, while segments of
/// the image become its mean, the most relevant first.
///
/// `1 - sum_k (q_k + q_(k+1)) / (2 n)` over n segments, `q_k = p_k / p` the probability relative to
/// that at the image (Rieger & Hansen, arXiv 2003.08747, eq. 3). At most 1; below 0 where the
/// probability rises; higher is better. A segment's relevance is the mean over its pixels.
///
/// Segments are superpixels by this package's own SLIC (``SegmentRule/superpixels(_:)``, about 300
/// as in the paper's code) or squares of a grid.
///
/// It is missing for a map that is constant or not finite, and for a probability of 0.
public struct IROF: CurveMetric {
    let rule: SegmentRule
    let suffix: String

    public init(_ rule: SegmentRule = .superpixels(300), suffix: String = "") {
        self.rule = rule
        self.suffix = suffix
    }

    public var quantity: Quantity {
        Quantity(
            "irof\(suffix)", direction: .higherIsBetter,
            definition: "1 - area under p / p(image) while segments (\(rule)) become the image's "
                + "mean, most relevant first; arXiv 2003.08747, eq. 3")
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        let map = evidence.pixelRelevance()
        if let defect = map.orderDefect { return (missing(defect), []) }
        let original = evidence.answer(.probability)
        guard original > 0 else { return (missing(.noProbability), []) }
        let segments = ordered(rule.segments(of: evidence.image), map, evidence.seed)
        let channels = evidence.image.shape[3]
        let mean = evidence.replacement(.mean)
        let answers = evidence.answers(.probability, count: segments.count) { index, pixels in
            for pixel in segments[...index].joined() {
                for place in (pixel * channels)..<((pixel + 1) * channels) {
                    pixels[place] = mean[place]
                }
            }
        }
        let curve = RemovalCurve(
            values: [1] + answers.map { $0 / original }, original: original)
        return ([Score(name, .value(1 - curve.area))], [curve.curve(name)])
    }

    /// The segments from the most relevant to the least; equal ones in random order.
    private func ordered(_ segments: [[Int]], _ map: HeatMap, _ seed: UInt64) -> [[Int]] {
        var random = RandomGenerator(seed: seed)
        return segments.shuffled(using: &random)
            .map { pixels in
                let sum = pixels.reduce(0.0) { $0 + Double(map.values[$1]) }
                return (mean: sum / Double(pixels.count), pixels: pixels)
            }
            .enumerated()
            .sorted {
                $0.element.mean != $1.element.mean
                    ? $0.element.mean > $1.element.mean : $0.offset < $1.offset
            }
            .map(\.element.pixels)
    }
}
