import PlumblineMetrics
import PlumblineTensors

/// How alike the map is to the map of another class, drawn at random.
///
/// Sixt et al., arXiv 1912.09818. AutoTimm calls it data randomisation; that name belongs to a
/// model that was trained on permuted labels.
public struct RandomClass: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "random_class", direction: .lowerIsBetter,
            definition: "Spearman correlation with the map of a random other class; "
                + "arXiv 1912.09818")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "random_class_ssim", direction: .lowerIsBetter,
                definition: "structural similarity of the same maps")
        ]
    }

    public var needs: Needs { [.map, .explanation] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let count = evidence.logits.count
        guard count > 1 else { return missing(.oneClass) }
        let original = evidence.pixelRelevance()
        if let defect = original.orderDefect { return missing(defect) }
        var random = RandomGenerator(seed: evidence.seed)
        let drawn = Int(random.next() % UInt64(count - 1))
        let other = drawn < evidence.target ? drawn : drawn + 1
        let relevance = try evidence.probe.of(class: other).relevance(
            of: evidence.image, seed: evidence.seed)
        let map = HeatMap(
            relevance: relevance.reshaped(Array(relevance.shape.dropFirst())),
            height: original.height, width: original.width, pooling: .signed)
        return [
            Score(name, MapSimilarity.spearman(original, map)),
            Score(companions[0].name, MapSimilarity.structural(original, map)),
        ]
    }
}
