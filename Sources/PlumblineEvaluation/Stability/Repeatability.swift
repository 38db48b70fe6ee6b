import PlumblineMetrics

/// How alike the maps of the same image by the same method are with other random numbers.
///
/// 1 for a method without randomness.
public struct Repeatability: Metric {
    let runs: Int

    public init(runs: Int = 4) { self.runs = runs }

    public var quantity: Quantity {
        Quantity(
            "repeatability_rank", direction: .higherIsBetter,
            definition: "mean Spearman correlation of the map and \(runs) maps with other seeds")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "repeatability_ssim", direction: .higherIsBetter,
                definition: "mean structural similarity (Wang et al. 2004) of the same maps")
        ]
    }

    public var needs: Needs { [.map, .explanation] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let original = evidence.pixelRelevance()
        let maps = try (1...runs).flatMap { run in
            try evidence.maps(count: 1, seed: evidence.seed &+ UInt64(run)) { _, _ in }
        }
        return [
            Score(name, mean(maps.map { MapSimilarity.spearman(original, $0) })),
            Score(
                companions[0].name, mean(maps.map { MapSimilarity.structural(original, $0) })),
        ]
    }

    private func mean(_ values: [Measured]) -> Measured {
        if let reason = values.compactMap(\.reason).first { return .missing(reason) }
        return .value(values.compactMap(\.value).reduce(0, +) / Double(values.count))
    }
}
