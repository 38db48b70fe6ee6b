import PlumblineStorage

/// Results of a sweep with known gaps: a starting model per seed and start, and fine-tuned pairs.
struct StudyResults {
    /// The labels of a pair, its gap, and the AUROC that its models lose.
    struct Pair {
        var start = "scratch"
        var seed = 0
        var explanation = "gradient"
        var lambda = 1.0
        var gap: Double
        var loss = 0.0
    }

    static func make(_ pairs: [Pair], study: String = "", missingCells: Int = 0) -> Results {
        var results = Results()
        results.metrics = [("mass_accuracy", "mass"), ("rank_accuracy", "rank")].map {
            ($0, MetricFacts(title: $1, direction: "higher is better", definition: "x"))
        }
        var cells: [[String]] = []
        for pair in pairs {
            add(pair, "start", study, to: &results)
            for scenario in ["align", "misalign"] {
                let hash = add(pair, scenario, study, to: &results)
                cells.append([
                    "c\(cells.count)", pair.start, pair.explanation, "\(pair.lambda)",
                    "\(pair.seed)", scenario, "done", hash,
                ])
            }
        }
        for number in 0..<missingCells {
            cells.append([
                "missing\(number)", "scratch", "gradient", "1.0", "\(100 + number)", "align",
                "missing", "",
            ])
        }
        var table = Table()
        for (place, name) in [
            "cell", "start", "align.explanation", "align.lambda", "seed", "scenario", "state",
            "checkpoint_hash",
        ].enumerated() {
            table.add(name, .texts(cells.map { $0[place] }))
        }
        results.cells = table
        return results
    }

    @discardableResult
    private static func add(
        _ pair: Pair, _ scenario: String, _ study: String, to results: inout Results
    ) -> String {
        var factors = RunFactors()
        (factors.className, factors.model) = ("Edema", "vit")
        (factors.pretraining, factors.scenario) = (pair.start, scenario)
        (factors.explanation, factors.checkpoint) = (pair.explanation, "last")
        (factors.seed, factors.steps) = (pair.seed, 10)
        let isStart = scenario == "start"
        if !isStart { (factors.trainedThrough, factors.lambda) = (pair.explanation, pair.lambda) }
        var run = RunResult(run: factors.name, factors: factors)
        guard !results.runs.contains(where: { $0.run == run.run }) else { return "" }
        run.checkpointHash =
            "\(scenario) \(pair.start) \(pair.seed)"
            + (isStart ? "" : " \(pair.explanation) \(pair.lambda)")
        run.metrics = ["auroc": 0.9 - (isStart ? 0 : pair.loss)]
        run.study = study
        results.runs.append(run)
        for image in 0..<2 {
            results.images.append(
                ImageResult(run: run.run, image: "image\(image)", label: .positive))
            // The mean over both images is the gap.
            let sign = Double(2 * image - 1) * 0.01
            for (metric, factor) in [("mass_accuracy", 1.0), ("rank_accuracy", 0.5)] {
                results.scores.append(
                    ScoreResult(
                        run: run.run, image: "image\(image)", metric: metric,
                        value: 0.3 + (scenario == "align" ? factor * pair.gap + sign : 0),
                        reason: ""))
            }
        }
        return run.checkpointHash
    }
}
