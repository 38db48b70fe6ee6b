import PlumblineData
import PlumblineMetrics

/// Scores of explanations: one row per image, method, metric and part.
public struct ScoreTable: Sendable {
    public struct Row: Sendable, Equatable {
        public let image: String
        /// The patient, or what else images belong together by; `nil` where it is not known.
        public let group: String?
        /// The name of the explanation.
        public let method: String
        public let score: Score
    }

    public internal(set) var rows: [Row] = []

    /// The rows of one metric of the whole image, of one method or of all.
    public func rows(_ metric: String, method: String? = nil) -> [Row] {
        rows.filter {
            $0.score.metric == metric && $0.score.part == nil
                && (method == nil || $0.method == method)
        }
    }

    /// The mean over the images that have a value; missing where none has.
    public func mean(_ metric: String, method: String? = nil) -> Measured {
        let values = rows(metric, method: method).compactMap(\.score.value.value)
        guard !values.isEmpty else { return .missing(.noImages) }
        return .value(values.reduce(0, +) / Double(values.count))
    }

    /// How many images have no value, by reason.
    public func missing(_ metric: String, method: String? = nil) -> [MissingReason: Int] {
        Dictionary(grouping: rows(metric, method: method).compactMap(\.score.value.reason)) { $0 }
            .mapValues(\.count)
    }
}

extension Evaluator {
    /// Judges the explanations of the images that show the explained class.
    ///
    /// - Returns: a score, or the reason why there is none, for each of those images, each method
    ///   and each metric.
    /// - Throws: an error where an image or mask cannot be read, and what the metrics throw.
    public func scores(_ metrics: [any Metric], on dataset: ImageDataset) throws -> ScoreTable {
        var table = ScoreTable()
        try run(dataset) { index in
            dataset.items[index].isPositive(target)
        } body: { evaluated in
            for (method, evidence) in zip(methods, evaluated.evidence) {
                table.rows += try evidence.scores(metrics).map {
                    ScoreTable.Row(
                        image: evidence.id, group: evidence.group, method: method.name, score: $0)
                }
            }
        }
        return table
    }
}
