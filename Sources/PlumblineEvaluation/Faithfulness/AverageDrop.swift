import PlumblineMetrics

/// By how much the probability falls where the image is multiplied by the map.
///
/// Chattopadhyay et al., arXiv 1710.11063, section 4.1. The map is the positive relevance, scaled
/// to 0 ... 1; the image fades to black.
public struct AverageDrop: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "average_drop", direction: .lowerIsBetter,
            definition: "max(0, p - o) / p, o the probability at the image times the map; "
                + "arXiv 1710.11063")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "average_increase", direction: .higherIsBetter,
                definition: "1 where o > p, else 0; arXiv 1710.11063")
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let map = evidence.heatMap(height: evidence.image.shape[1], width: evidence.image.shape[2])
        if let defect = map.defect { return missing(defect) }
        let weights = map.scaledValues
        let channels = evidence.image.shape[3]
        let black = evidence.black
        let masked = evidence.answers(.probability, count: 1) { _, pixels in
            for (pixel, weight) in weights.enumerated() {
                for channel in 0..<channels {
                    let index = pixel * channels + channel
                    pixels[index] = black[channel] + (pixels[index] - black[channel]) * weight
                }
            }
        }[0]
        let original = evidence.answer(.probability)
        guard original > 0 else { return missing(.noProbability) }
        return [
            Score(name, .value(max(0, original - masked) / original)),
            Score(companions[0].name, .value(masked > original ? 1 : 0)),
        ]
    }
}
