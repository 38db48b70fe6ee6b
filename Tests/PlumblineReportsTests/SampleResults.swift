import PlumblineStorage
import PlumblineTensors

/// Results of three models on six images, with missing scores and maps.
enum SampleResults {
    static let images = 6
    /// The rows of `/scores`.
    static let rows = 3 * 2 * images

    static func make() -> Results {
        var results = Results()
        for (index, scenario) in ["start", "align", "misalign"].enumerated() {
            var factors = RunFactors()
            (factors.className, factors.model, factors.explanation) = ("Edema", "vit", "gradient")
            (factors.pretraining, factors.scenario) = ("from_scratch", scenario)
            (factors.checkpoint, factors.seed) = ("last", 0)
            if scenario != "start" { (factors.trainedThrough, factors.lambda) = ("gradient", 1) }
            var run = RunResult(run: factors.name, factors: factors)
            (run.images, run.labelled, run.positives) = (images, images, images / 2)
            run.metrics = ["auroc": 0.9 - 0.1 * Double(index)]
            var entry = Results.Entry(
                run: run, images: (0..<images).map { image($0, run.run, index) })
            entry.scores = (0..<images).flatMap { scores($0, run.run, scenario) }
            entry.metrics = ["mass_accuracy", "rank_accuracy"].map {
                ($0, MetricFacts(title: $0, direction: "higher is better", definition: "x"))
            }
            for image in 0..<2 {
                let values = (0..<12).map { Float($0 + image) - 3 }
                entry.explanations["patient\(image)_view1"] = Tensor(values, shape: [3, 4, 1])
            }
            results.replace(entry)
        }
        return results
    }

    private static func image(_ index: Int, _ run: String, _ stage: Int) -> ImageResult {
        var row = ImageResult(
            run: run, image: "patient\(index)_view1", label: index % 2 == 1 ? .positive : .negative)
        row.group = "patient \(index / 2)"
        row.probability = 0.1 * Double(index + stage)
        row.logit = 0.2 * Double(index) - 0.5
        return row
    }

    /// Image 3 has no score in one of the scenarios.
    private static func scores(_ index: Int, _ run: String, _ scenario: String) -> [ScoreResult] {
        ["mass_accuracy", "rank_accuracy"].map { metric in
            let isMissing = index == 3 && scenario == "misalign"
            let bonus = scenario == "align" ? 0.3 : 0
            return ScoreResult(
                run: run, image: "patient\(index)_view1", metric: metric,
                value: isMissing ? nil : 0.1 * Double(index) / 3 + bonus,
                reason: isMissing ? "no relevance" : "")
        }
    }
}
