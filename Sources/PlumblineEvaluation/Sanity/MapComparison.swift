import PlumblineMetrics

/// How alike the maps of two models are, in the four measures of Adebayo et al., arXiv 1810.03292.
struct MapComparison {
    /// Spearman and Pearson correlation, structural similarity, and the correlation of histograms
    /// of oriented gradients.
    let values: [Measured]

    init(_ first: HeatMap, _ second: HeatMap) {
        values = [
            MapSimilarity.spearman(first, second), MapSimilarity.pearson(first, second),
            MapSimilarity.structural(first, second),
            MapSimilarity.orientedGradients(first, second),
        ]
    }

    /// The quantities of all ``values`` but the first, which is the main one.
    static func companions(of name: String) -> [Quantity] {
        [
            ("pearson", "Pearson correlation"), ("ssim", "structural similarity"),
            ("hog", "correlation of histograms of oriented gradients"),
        ].map { suffix, measure in
            Quantity(
                "\(name)_\(suffix)", direction: .lowerIsBetter,
                definition: "\(measure) of the same maps as \(name)")
        }
    }
}
