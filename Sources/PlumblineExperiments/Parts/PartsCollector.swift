import PlumblineEvaluation
import PlumblineMetrics
import PlumblineStorage

/// Gathers the scores of parts, image by image, for one explanation.
struct PartsCollector {
    /// The thetas in the order of the sweep.
    let thetas: [Double]
    private let scores: [PartScores]
    /// Metrics of the whole object that PH is compared with.
    private let others: [any MapMetric]
    private(set) var images: [PartsImage] = []
    /// Images of each class that have no part.
    private(set) var withoutParts: [String: Int] = [:]

    /// - Throws: what the registry of metrics throws.
    init(thetas: [Double]) throws {
        self.thetas = thetas
        scores = thetas.map { PartScores(theta: $0) }
        others = try MetricRegistry.names.compactMap { name in
            guard let metric = try MetricRegistry.make(name) as? any MapMetric,
                !metric.needs.isDisjoint(with: [.mask, .box]),
                !metric.needs.contains(.correctness),
                metric.quantity.direction == .higherIsBetter
            else { return nil }
            return metric
        }
    }

    /// Adds the map of one image.
    ///
    /// - Throws: an error if its annotations cannot be read.
    mutating func add(_ evidence: MapEvidence, className: String) throws {
        let present = try evidence.parts().map(\.name)
        guard !present.isEmpty else {
            addWithoutParts(className)
            return
        }
        guard !present.contains(PartHeatMap.background) else {
            throw MetricError(
                "\(evidence.id) has a part called \(PartHeatMap.background), which is the name of "
                    + "the pixels of no part; give the part another name")
        }
        let rows = try zip(thetas, scores).map { theta, metric in
            try PartsImage.Scores(theta: theta, evidence.scores([metric]))
        }
        let scored = try evidence.scores(others)
        let main = Set(others.map(\.name))
        var values: [String: Double] = [:]
        for score in scored where main.contains(score.metric) && score.part == nil {
            values[score.metric] = score.value.value
        }
        images.append(
            PartsImage(
                image: evidence.id, className: className, scores: rows, otherMetrics: values))
    }

    mutating func addWithoutParts(_ className: String) {
        withoutParts[className, default: 0] += 1
    }

    /// The names of the metrics that PH is compared with.
    var otherMetrics: [String] { others.map(\.name) }
}

/// The scores of the parts of one image.
struct PartsImage {
    /// The scores at one theta.
    struct Scores {
        /// The scores of one part, by quantity: one of all quantities, or the reason why none.
        struct Part {
            let name: String
            let values: [String: Double]
            let reason: String?
        }

        let theta: Double
        let parts: [Part]
    }

    let image: String
    let className: String
    /// One per theta.
    let scores: [Scores]
    /// Scores of the whole object that exist, by metric.
    let otherMetrics: [String: Double]
}

extension PartsImage.Scores {
    /// The quantities in the order of tables, with the names that ``PartScores`` has for them.
    static let quantities = [
        ("ph", "ph"), ("precision", "part_precision"), ("recall", "part_recall"),
        ("true_precision", "part_true_precision"), ("dice", "part_dice"), ("iou", "part_iou"),
    ]

    init(theta: Double, _ scores: [Score]) {
        self.theta = theta
        var names: [String] = []
        for score in scores {
            if let part = score.part, !names.contains(part) { names.append(part) }
        }
        let byPart = Dictionary(grouping: scores) { $0.part ?? "" }
        parts = names.map { name in
            let own = Dictionary(
                byPart[name, default: []].map { ($0.metric, $0.value) },
                uniquingKeysWith: { first, _ in first })
            var values: [String: Double] = [:]
            for (quantity, metric) in Self.quantities { values[quantity] = own[metric]?.value }
            return Part(name: name, values: values, reason: own["ph"]?.reason?.rawValue)
        }
    }

    /// The mean PH of the parts of the object; `nil` if there is none.
    var objectMean: Double? {
        let values = parts.filter { $0.name != PartsFile.background }.compactMap { $0.values["ph"] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
