import PlumblineMetrics
import PlumblineTensors

/// How much the map changes under Gaussian noise.
///
/// AutoTimm calls it sensitivity; it is not Ancona's ``SubsetCorrelation/sensitivityN``. The noise
/// is added to pixel values, which are cut to 0 ... 1. Each map is scaled to 0 ... 1 before it is
/// compared, so that the scale of a method does not count.
public struct NoiseSensitivity: Metric {
    let samples: Int
    let deviation: Float

    public init(samples: Int = 50, deviation: Float = 0.15) {
        self.samples = samples
        self.deviation = deviation
    }

    public var quantity: Quantity {
        Quantity(
            "noise_sensitivity", direction: .lowerIsBetter,
            definition: "mean over \(samples) samples of mean |R(x + e) - R(x)|, maps scaled to "
                + "0 ... 1, e normal with deviation \(deviation) of the pixel values (AutoTimm)")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "noise_sensitivity_std", direction: .descriptive,
                definition: "standard deviation of noise_sensitivity over the samples"),
            Quantity(
                "noise_sensitivity_max", direction: .lowerIsBetter,
                definition: "largest change of noise_sensitivity over the samples"),
        ]
    }

    public var needs: Needs { [.map, .explanation] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let original = evidence.pixelRelevance()
        if let defect = original.orderDefect { return missing(defect) }
        let reference = original.scaledValues
        let (black, white) = (evidence.black, evidence.white)
        var random = RandomGenerator(seed: evidence.seed)
        let maps = try evidence.maps(count: samples) { _, pixels in
            for index in pixels.indices {
                let channel = index % black.count
                let range = white[channel] - black[channel]
                let value = pixels[index] + deviation * range * random.normal()
                let ends = (
                    min(black[channel], white[channel]), max(black[channel], white[channel])
                )
                pixels[index] = min(max(value, ends.0), ends.1)
            }
        }
        if let defect = maps.compactMap(\.orderDefect).first { return missing(defect) }
        let changes = maps.map { map in
            zip(map.scaledValues, reference).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) }
                / Double(reference.count)
        }
        let mean = changes.reduce(0, +) / Double(samples)
        let square = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples)
        let values = [mean, square.squareRoot(), changes.max() ?? 0]
        return zip(quantities, values).map { Score($0.name, .value($1)) }
    }
}

extension Evidence {
    /// The explanation of changed copies of the image, pooled with sign.
    ///
    /// - Parameters:
    ///   - seed: of everything random in the explanation; by default that of this image.
    ///   - change: changes a copy, `[height * width * channels]`; called in their order.
    func maps(
        count: Int, seed: UInt64? = nil,
        change: (_ index: Int, _ pixels: inout [Float]) -> Void
    ) throws -> [HeatMap] {
        var maps: [HeatMap] = []
        try forEachBatch(count: count, change: change) { images in
            let relevance = try probe.relevance(of: images, seed: seed ?? self.seed)
            for row in 0..<images.shape[0] {
                let single = relevance.sliced(0, row..<(row + 1))
                maps.append(
                    HeatMap(
                        relevance: single.reshaped(Array(relevance.shape.dropFirst())),
                        height: image.shape[1], width: image.shape[2], pooling: .signed))
            }
        }
        return maps
    }
}
