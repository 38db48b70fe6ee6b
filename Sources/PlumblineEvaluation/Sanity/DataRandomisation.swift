import PlumblineMetrics
import PlumblineModels

/// How alike the map is to the map of the same method on a model that was trained on permuted
/// labels.
///
/// Adebayo et al., arXiv 1810.03292, section 5: such a model knows nothing of how images and labels
/// go together. A method whose map stays the same does not explain what the model has learned.
/// `train.permuted_labels` trains such a model, and `evaluate.permuted_labels_model` names it.
public struct DataRandomisation: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "data_randomisation", direction: .lowerIsBetter,
            definition: "Spearman correlation of the map with the map of a model that was trained "
                + "on permuted labels; arXiv 1810.03292, section 5")
    }

    public var companions: [Quantity] { MapComparison.companions(of: "data_randomisation") }

    public var needs: Needs { [.map, .explanation, .permutedLabels] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        guard let model = evidence.probe.comparisons.permutedLabels else {
            return missing(.noPermutedLabels)
        }
        let original = evidence.pixelRelevance()
        if let defect = original.orderDefect { return missing(defect) }
        let comparison = MapComparison(original, try evidence.map(of: model))
        return zip(quantities, comparison.values).map { Score($0.name, $1) }
    }
}
