import PlumblineMetrics
import PlumblineTensors

/// By how much the probability falls, on average, while squares are replaced by noise, the most
/// relevant first.
///
/// The area over the curve of Samek et al., arXiv 1509.06321, eq. 12.
public struct RegionPerturbation: CurveMetric {
    let side: Int
    let most: Int

    /// - Parameters:
    ///   - side: of a square, in pixels of the model's input.
    ///   - most: squares that are replaced.
    public init(side: Int = 8, most: Int = 100) {
        self.side = side
        self.most = most
    }

    public var quantity: Quantity {
        Quantity(
            "region_perturbation", direction: .higherIsBetter,
            definition: "mean over k = 0 ... \(most) of p - p(k squares of \(side) pixels replaced "
                + "by noise), most relevant first; arXiv 1509.06321, eq. 12")
    }

    public var needs: Needs { [.map, .model] }

    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        let map = evidence.pixelRelevance()
        if let defect = map.orderDefect { return (missing(defect), []) }
        let squares = squares(map)
        let channels = evidence.image.shape[3]
        let noise = noise(evidence)
        let count = min(most, squares.count)
        let original = evidence.answer(.probability)
        let answers = evidence.answers(.probability, count: count) { index, pixels in
            for square in squares[...index] {
                for pixel in square {
                    for place in (pixel * channels)..<((pixel + 1) * channels) {
                        pixels[place] = noise[place]
                    }
                }
            }
        }
        let falls = answers.reduce(0) { $0 + original - $1 }
        var replaced = 0
        let shares = squares[..<count].map { square in
            replaced += square.count
            return Double(replaced) / Double(map.values.count)
        }
        return (
            [Score(name, .value(falls / Double(count + 1)))],
            [Curve(name, shares: [0] + shares, values: [original] + answers)]
        )
    }

    /// The pixels of each square, the most relevant square first.
    private func squares(_ map: HeatMap) -> [[Int]] {
        var squares: [(sum: Double, pixels: [Int])] = []
        for top in stride(from: 0, to: map.height, by: side) {
            for left in stride(from: 0, to: map.width, by: side) {
                let pixels = (top..<min(top + side, map.height)).flatMap { y in
                    (left..<min(left + side, map.width)).map { y * map.width + $0 }
                }
                squares.append((pixels.reduce(0) { $0 + Double(map.values[$1]) }, pixels))
            }
        }
        return squares.enumerated().sorted {
            $0.element.sum != $1.element.sum
                ? $0.element.sum > $1.element.sum : $0.offset < $1.offset
        }.map(\.element.pixels)
    }

    /// Pixel values drawn uniformly.
    private func noise(_ evidence: Evidence) -> [Float] {
        var random = RandomGenerator(seed: evidence.seed)
        let (black, white) = (evidence.black, evidence.white)
        let channels = black.count
        return (0..<evidence.input.count).map { index in
            let channel = index % channels
            return black[channel] + (white[channel] - black[channel]) * random.uniform(0, 1)
        }
    }
}
