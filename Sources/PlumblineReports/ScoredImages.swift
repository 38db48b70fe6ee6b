import PlumblineStorage

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
