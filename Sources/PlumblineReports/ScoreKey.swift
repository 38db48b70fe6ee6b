import PlumblineStorage

/// What is compared: a metric, of the whole image or of one of its parts.
struct ScoreKey: Hashable {
    let metric: String
    /// Empty for the whole image.
    let part: String
    /// Its name in tables.
    let title: String

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
                    title: part.isEmpty ? facts.title : "\(facts.title), \(part)")
            }
        }
    }
}

/// The images of one run with their scores.
struct ScoredImages {
    let run: RunResult
    /// In the order of the file.
    let images: [ImageResult]
    private let scores: [String: [ScoreResult]]

    init(_ run: RunResult, _ results: Results) {
        self.run = run
        images = results.images.filter { $0.run == run.run }
        scores = results.scores(of: run.run)
    }

    var positives: [ImageResult] { images.filter { $0.label == .positive } }

    var byName: [String: ImageResult] {
        Dictionary(images.map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func score(_ key: ScoreKey, _ image: String) -> ScoreResult? {
        scores[image]?.first { $0.metric == key.metric && $0.part == key.part }
    }

    func value(_ key: ScoreKey, _ image: String) -> Double? { score(key, image)?.value }

    /// Why an image has no value.
    func reason(_ key: ScoreKey, _ image: String) -> String {
        guard let score = score(key, image) else { return "not scored" }
        return score.reason.isEmpty ? "no reason stored" : score.reason
    }
}
