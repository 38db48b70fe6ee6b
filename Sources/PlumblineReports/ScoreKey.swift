import PlumblineStorage

/// What is compared: a metric, of the whole image or of one of its parts.
struct ScoreKey: Hashable {
    let metric: String
    /// Empty for the whole image.
    let part: String
    /// Its name in tables.
    let title: String
    /// "higher is better" or "lower is better"; "descriptive" for a fact.
    let direction: String

    /// The keys of a results file, in the order of its metrics.
    ///
    /// - Parameter isIncluded: whether a metric is included.
    static func all(in results: Results, _ isIncluded: (MetricFacts) -> Bool) -> [ScoreKey] {
        let parts = Dictionary(grouping: results.scores, by: \.metric)
            .mapValues { Set($0.map(\.part)).sorted() }
        return results.metrics.filter { isIncluded($0.facts) }.flatMap { name, facts in
            (parts[name] ?? []).map { part in
                ScoreKey(
                    metric: name, part: part,
                    title: part.isEmpty ? facts.title : "\(facts.title), \(part)",
                    direction: facts.direction)
            }
        }
    }
}
