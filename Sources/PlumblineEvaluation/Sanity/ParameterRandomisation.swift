import PlumblineMetrics
import PlumblineModels
import PlumblineTensors

/// How alike the map is to maps of the same method on a model with random parameters.
///
/// Adebayo et al., arXiv 1810.03292, section 4. A method whose map stays the same does not explain
/// the model. At most eight groups of layers are randomised, in the order of the graph.
public struct ParameterRandomisation: CurveMetric {
    public enum Order: String, CaseIterable, Sendable {
        /// All parameters at once.
        case all = "randomisation"
        /// From the logits down to the image: a row per group, with all groups above it.
        case topDown = "randomisation_top_down"
        /// From the image up to the logits.
        case bottomUp = "randomisation_bottom_up"
        /// Each group alone.
        case layers = "randomisation_layers"
    }

    let order: Order

    public init(_ order: Order) { self.order = order }

    public var quantity: Quantity {
        Quantity(
            order.rawValue, direction: .lowerIsBetter,
            definition:
                "Spearman correlation of the map with the map after randomising \(meaning); "
                + "arXiv 1810.03292")
    }

    private var meaning: String {
        switch order {
        case .all: "all parameters"
        case .topDown: "a group of layers and all above it"
        case .bottomUp: "a group of layers and all below it"
        case .layers: "a group of layers alone"
        }
    }

    public var companions: [Quantity] { MapComparison.companions(of: order.rawValue) }

    public var needs: Needs { [.map, .explanation] }

    /// The curves are those of the cascades: what remains of the map after each group.
    public func measure(_ evidence: Evidence) throws -> (scores: [Score], curves: [Curve]) {
        let original = evidence.pixelRelevance()
        if let defect = original.orderDefect { return (missing(defect), []) }
        let randomised: RandomisedModel
        do { randomised = try evidence.probe.randomisedModel() } catch is ModelError {
            return (missing(.noArchitecture), [])
        }
        let scores = try stages(randomised.groups.count).flatMap { stage in
            randomised.randomise(Set(stage))
            let map = try evidence.map(of: randomised.copy)
            let part = order == .all ? nil : stage.label.map { randomised.groups[$0].name }
            return zip(quantities, MapComparison(original, map).values).map {
                Score($0.name, part: part, $1)
            }
        }
        return (scores, curves(scores, groups: randomised.groups.count))
    }

    private func curves(_ scores: [Score], groups: Int) -> [Curve] {
        guard order == .topDown || order == .bottomUp else { return [] }
        return quantities.map { quantity in
            let own = scores.filter { $0.metric == quantity.name }
            return Curve(
                quantity.name, shares: own.indices.map { Double($0 + 1) / Double(groups) },
                values: own.map { $0.value.value ?? .nan })
        }
    }

    /// The groups that are randomised together, and the one after which the stage is called.
    private struct Stage: Sequence {
        let groups: Range<Int>
        let label: Int?
        func makeIterator() -> Range<Int>.Iterator { groups.makeIterator() }
    }

    private func stages(_ count: Int) -> [Stage] {
        switch order {
        case .all: [Stage(groups: 0..<count, label: nil)]
        case .topDown: (0..<count).reversed().map { Stage(groups: $0..<count, label: $0) }
        case .bottomUp: (0..<count).map { Stage(groups: 0..<($0 + 1), label: $0) }
        case .layers: (0..<count).map { Stage(groups: $0..<($0 + 1), label: $0) }
        }
    }
}

extension Evidence {
    /// The map of this image by the same method on another model, pooled with sign.
    func map(of model: any Classifier) throws -> HeatMap {
        let relevance = try probe.of(model).relevance(of: image, seed: seed)
        return HeatMap(
            relevance: relevance.reshaped(Array(relevance.shape.dropFirst())),
            height: image.shape[1], width: image.shape[2], pooling: .signed)
    }
}
