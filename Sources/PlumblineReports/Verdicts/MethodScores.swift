import PlumblineStorage

/// The scores of one method on one model, by metric.
struct MethodScores {
    let run: RunResult
    private let scores: [String: [ScoreResult]]
    /// The images that are explained: those with a value, or with another reason than a label or
    /// a mask that is not there.
    let images: [ImageResult]

    private static let unexplained: Set = [
        "negative label", "uncertain label, ignored", "no mask", "mask outside the crop",
    ]

    static func all(in results: Results) -> [MethodScores] {
        let scores = Dictionary(grouping: results.scores, by: \.run)
        let images = Dictionary(grouping: results.images, by: \.run)
        return results.runs.map {
            MethodScores($0, scores[$0.run] ?? [], images[$0.run] ?? [])
        }
    }

    private init(_ run: RunResult, _ scores: [ScoreResult], _ images: [ImageResult]) {
        self.run = run
        let explained = Set(
            scores.filter { $0.value != nil || !Self.unexplained.contains($0.reason) }
                .map(\.image))
        self.images = images.filter { explained.contains($0.image) }
        self.scores = Dictionary(
            grouping: scores.filter { $0.part.isEmpty && explained.contains($0.image) },
            by: \.metric)
    }

    /// `start, gradient`: the scenario and the method.
    var name: String {
        [run.factors.scenario, run.factors.explanation].filter { !$0.isEmpty }
            .map(\.printable).joined(separator: ", ")
    }

    /// The metrics of a name: that one alone if it is there, else those with an option behind it.
    func metrics(_ name: String) -> [String] {
        scores[name] != nil
            ? [name] : scores.keys.filter { $0.hasPrefix("\(name):") }.sorted()
    }

    func rows(_ metric: String) -> [ScoreResult] { scores[metric] ?? [] }

    func values(_ metric: String) -> [Double] { rows(metric).compactMap(\.value) }

    /// The mean over the images that have a value; `nil` if none has.
    func mean(_ metric: String) -> Double? {
        let values = values(metric)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The most frequent reason why images lack a value.
    func reason(_ metric: String) -> String? {
        let reasons = Dictionary(grouping: rows(metric).filter { $0.value == nil }, by: \.reason)
        return reasons.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    }

    /// Metrics that also read other maps than that of the image: their reasons may be about those.
    private static let metricsOfOtherMaps = [
        "noise_sensitivity", "max_sensitivity", "local_lipschitz", "relative_", "repeatability",
        "randomisation", "random_class", "data_randomisation", "idsds", "f_fidelity",
    ]

    /// The number of images whose own map gives some metric no value, for one of some reasons.
    func imagesMissing(_ reasons: Set<String>) -> Int {
        let own = scores.filter { metric, _ in
            !Self.metricsOfOtherMaps.contains(where: metric.hasPrefix)
        }
        return Set(
            own.values.joined().filter { $0.value == nil && reasons.contains($0.reason) }
                .map(\.image)
        ).count
    }
}
