import PlumblineData
import PlumblineMetrics
import PlumblineTensors

/// F-Fidelity: by how much the prediction suffers when random pixels of the most relevant part are
/// removed, and when random pixels of the rest are.
///
/// Zheng et al., arXiv 2410.02970, section 3. The explanation is the share s of the pixels with the
/// largest relevance, for several s. A pixel of the explanation is removed with the probability
/// `min(alpha, beta n / (s n))`, n pixels in the image, so that no more than the share beta of the
/// image is removed: the model was adapted to that. Then the same with the other pixels, with the
/// probability `min(alpha, beta n / (n - s n))`. alpha is 0.5 and beta 0.1. A removed pixel has the
/// mean of the training images. Values are means over s and over random masks, from -1 to 1.
///
/// The authors' `tools/image_example.py` compares s, a share, with beta times the number of pixels,
/// so there the bound never holds; `code/evaluation_model.py` counts pixels, as here.
public struct RandomMaskFidelity: InDomainMetric {
    let sizes: [Double]
    let samples: Int
    let alpha: Double

    /// - Parameters:
    ///   - sizes: shares of the pixels that are the explanation, above 0 and below 1.
    ///   - samples: random masks per size; the paper draws 50.
    ///   - alpha: the largest probability that a pixel is removed.
    public init(
        sizes: [Double] = [0.1, 0.3, 0.5, 0.7, 0.9], samples: Int = 20, alpha: Double = 0.5
    ) {
        self.sizes = sizes
        self.samples = samples
        self.alpha = alpha
    }

    public var removal: PixelRemoval { .pixels }

    public var quantity: Quantity {
        Quantity(
            "f_fidelity", title: "F-Fidelity +", direction: .higherIsBetter,
            definition: "fall of the share of right predictions while random pixels of the most "
                + "relevant ones are removed, model adapted to it; arXiv 2410.02970")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "f_fidelity_minus", title: "F-Fidelity -", direction: .lowerIsBetter,
                definition: "the same with random pixels of the others"),
            Quantity(
                "f_fidelity_probability", title: "F-Fidelity + of the probability",
                direction: .higherIsBetter,
                definition: "f_fidelity by the fall of the probability of the explained class"),
            Quantity(
                "f_fidelity_probability_minus", title: "F-Fidelity - of the probability",
                direction: .lowerIsBetter,
                definition: "f_fidelity_minus by the fall of that probability"),
        ]
    }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        guard let adapted = try evidence.adapted(to: removal) else {
            return missing(.noAdaptedModel)
        }
        let map = adapted.pixelRelevance()
        if let defect = map.orderDefect { return missing(defect) }
        let order = adapted.pixelOrder(map)
        var random = RandomGenerator(seed: adapted.seed).stream("f_fidelity")
        var masks: [[Int]] = []
        for part in [Part.explanation, .rest] {
            for size in sizes {
                let count = Int((size * Double(order.count)).rounded())
                let pixels = part == .explanation ? order[..<count] : order[count...]
                for _ in 0..<samples { masks.append(draw(pixels, of: order.count, &random)) }
            }
        }
        let falls = falls(adapted, masks)
        let half = masks.count / 2
        let values = [
            falls.right[..<half], falls.right[half...], falls.probability[..<half],
            falls.probability[half...],
        ].map { $0.reduce(0, +) / Double(half) }
        return zip(quantities, values).map { Score($0.name, .value($1)) }
    }

    private enum Part {
        case explanation
        case rest
    }

    /// The pixels of one random mask.
    private func draw(
        _ pixels: ArraySlice<Int>, of total: Int, _ random: inout RandomGenerator
    ) -> [Int] {
        let most = PixelRemoval.share * Double(total)
        let probability = pixels.isEmpty ? 0 : min(alpha, most / Double(pixels.count))
        return pixels.filter { _ in Double(random.uniform()) < probability }
    }

    /// What removing each mask takes from the prediction: whether it is the explained class, and
    /// the probability of that class.
    private func falls(
        _ evidence: Evidence, _ masks: [[Int]]
    ) -> (right: [Double], probability: [Double]) {
        let channels = evidence.image.shape[3]
        let logits = evidence.logits(count: masks.count) { mask, pixels in
            for pixel in masks[mask] {
                for index in (pixel * channels)..<((pixel + 1) * channels) { pixels[index] = 0 }
            }
        }
        let original = evidence.probability(evidence.logits)
        let isRight = evidence.predictsTarget(evidence.logits)
        return (
            logits.map { isRight - evidence.predictsTarget($0) },
            logits.map { original - evidence.probability($0) }
        )
    }
}

extension Evidence {
    /// 1 if the explained class is predicted, else 0.
    ///
    /// A multiclass model predicts the largest logit, a multilabel one what is at least as probable
    /// as not.
    fileprivate func predictsTarget(_ logits: [Float]) -> Double {
        let isPredicted =
            probe.model.output == .multiclass
            ? logits.indexOfMaximum == target : logits[target] >= 0
        return isPredicted ? 1 : 0
    }
}
