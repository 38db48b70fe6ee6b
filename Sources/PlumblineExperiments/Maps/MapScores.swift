import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineStorage

/// Scores maps that another program made, by their annotations.
public struct MapScores {
    /// The scores of one quantity and part over the images.
    public struct Summary {
        public let metric: String
        /// Empty for the whole image.
        public let part: String
        public internal(set) var count = 0
        fileprivate var sum = 0.0
        /// Images without a value, by the reason.
        public internal(set) var missing: [String: Int] = [:]

        /// The mean over the images that have a value.
        public var mean: Double? { count > 0 ? sum / Double(count) : nil }
    }

    public let maps: MapFiles
    public let metrics: [any MapMetric]
    /// Metrics that were asked for by `all` and cannot be applied, with what they lack.
    public let notApplicable: [(name: String, lacks: String)]
    private let annotations: MapAnnotations?
    private let priors = CentrePriors()

    /// - Parameter names: of metrics; `nil` for all that can be applied.
    /// - Throws: ``MetricError`` for a name that is not known; ``ConfigurationError`` for one that
    ///   asks for a model, or for what there is not.
    public init(_ maps: MapFiles, _ annotations: MapAnnotations?, metrics names: [String]?) throws {
        self.maps = maps
        self.annotations = annotations
        let asked = try names?.map(MetricRegistry.make) ?? MetricRegistry.all()
        var metrics: [any MapMetric] = []
        var others: [(String, String)] = []
        for metric in asked {
            if let lack = Self.lack(metric, annotations) {
                guard names == nil else {
                    throw ConfigurationError("--metrics", metric.name, "needs \(lack)")
                }
                others.append((metric.name, lack))
            } else if let metric = metric as? any MapMetric {
                metrics.append(metric)
            }
        }
        self.metrics = metrics
        notApplicable = others
    }

    /// What a metric needs that is not there; `nil` if it can be applied.
    private static func lack(_ metric: any Metric, _ annotations: MapAnnotations?) -> String? {
        guard metric is any MapMetric else { return "a model" }
        let needs = metric.needs
        if needs.contains(.correctness) { return "predictions" }
        if needs.contains(.parts), annotations?.hasParts != true { return "parts (--data)" }
        if !needs.isDisjoint(with: [.mask, .box]), annotations == nil {
            return "masks (--masks or --data)"
        }
        return nil
    }

    /// Scores every map and writes `image,metric,part,value,reason`, one row per score.
    ///
    /// - Returns: the summaries, in the order of the metrics.
    /// - Throws: an error if a map or mask cannot be read, ``Interrupted``, and an error of the
    ///   disk. Then no file is written.
    public func write(to path: String) throws -> [Summary] {
        try AtomicFile.write(path) { file in
            try file.write(Data("image,metric,part,value,reason\n".utf8))
            var summaries: [Summary] = []
            var places: [Key: Int] = [:]
            let progress = Progress("score", total: maps.names.count, unit: " maps")
            for index in maps.names.indices {
                try Interruption.check("while maps were scored")
                var rows = ""
                for score in try scores(index) {
                    rows += Self.row(maps.names[index], score) + "\n"
                    let key = Key(metric: score.metric, part: score.part ?? "")
                    let place = places[key] ?? summaries.count
                    if place == summaries.count {
                        summaries.append(Summary(metric: key.metric, part: key.part))
                        places[key] = place
                    }
                    summaries[place].add(score.value)
                }
                try file.write(Data(rows.utf8))
                progress.update(index + 1)
            }
            return summaries
        }
    }

    private struct Key: Hashable {
        let metric: String
        let part: String
    }

    /// The scores of the map of an index.
    public func scores(_ index: Int) throws -> [Score] {
        let evidence = MapEvidence(
            id: maps.names[index], relevance: try maps.map(index),
            annotations: try annotations?.annotations(index) ?? Annotations(), priors: priors)
        return try evidence.scores(metrics)
    }

    private static func row(_ image: String, _ score: Score) -> String {
        CSVText.row([
            image, score.metric, score.part ?? "", score.value.value.map { $0.description } ?? "",
            score.value.reason?.rawValue ?? "",
        ])
    }
}

extension MapScores.Summary {
    fileprivate mutating func add(_ value: Measured) {
        switch value {
        case .value(let value):
            count += 1
            sum += value
        case .missing(let reason): missing[reason.rawValue, default: 0] += 1
        }
    }
}
