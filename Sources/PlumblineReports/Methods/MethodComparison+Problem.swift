import PlumblineStorage

extension MethodComparison {
    /// Why the methods of a results file cannot be compared by a metric; `nil` if they can.
    public static func problem(
        _ results: Results, metric: String, part: String = ""
    ) -> String? {
        guard let facts = results.metrics.first(where: { $0.name == metric })?.facts else {
            let names = results.metrics.filter(\.facts.isJudgement).map(\.name)
            return "no metric is called \(metric); there are "
                + (names.isEmpty ? "none" : names.joined(separator: ", "))
        }
        guard facts.isJudgement else {
            return "\(metric) is descriptive: neither high nor low values are better"
        }
        let parts = Set(results.scores.filter { $0.metric == metric }.map(\.part)).sorted()
        guard key(results, metric, part) != nil else {
            if part.isEmpty { return "\(metric) has parts; choose one of \(parts.listed)" }
            let known = parts.filter { !$0.isEmpty }
            return known.isEmpty
                ? "\(metric) has no parts" : "\(metric) has the parts \(known.listed), not \(part)"
        }
        guard all(results, metric: metric, part: part).isEmpty else { return nil }
        let methods = Dictionary(grouping: results.runs) { run in
            var factors = run.factors
            factors.explanation = ""
            return factors
        }
        guard methods.values.contains(where: { $0.count > 1 }) else {
            return "every model has one method; name several by evaluate.explanations"
        }
        return "fewer than two images have a value of \(metric) for every method"
    }
}

extension [String] {
    fileprivate var listed: String { joined(separator: ", ") }
}
