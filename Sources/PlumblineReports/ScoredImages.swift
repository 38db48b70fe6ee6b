import PlumblineStorage

/// The images of one run with their scores.
struct ScoredImages {
    let run: RunResult
    /// In the order of the file.
    let images: [ImageResult]
    private let scores: [String: [ScoreResult]]

    /// The images of every run, by the name of the run.
    static func all(in results: Results) -> [String: ScoredImages] {
        let images = Dictionary(grouping: results.images, by: \.run)
        let scores = Dictionary(grouping: results.scores, by: \.run)
        let runs = results.runs.map { run in
            let scored = ScoredImages(
                run: run, images: images[run.run] ?? [],
                scores: Dictionary(grouping: scores[run.run] ?? [], by: \.image))
            return (run.run, scored)
        }
        return Dictionary(runs, uniquingKeysWith: { first, _ in first })
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
