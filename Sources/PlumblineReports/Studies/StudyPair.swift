import PlumblineStorage

/// A fine-tuned pair of a sweep: one cell, trained by both scenarios, under one explanation.
struct StudyPair {
    /// The level of each axis but the scenario.
    let labels: [String: String]
    /// Names the starting model.
    let start: String
    let explanation: String
    let isTrainedThrough: Bool
    /// The mean gap over images, by metric and part.
    let gaps: [ScoreKey: Double]
    /// AUROC after the first and the second scenario less that of the starting model.
    let aurocChanges: (first: Double, second: Double)?
    /// The plans that its runs name.
    let studies: Set<String>
}

/// The pairs of a sweep's results.
struct StudyPairs {
    private(set) var pairs: [StudyPair] = []
    private(set) var keys: [ScoreKey] = []
    /// Cells that are not done, and cells that failed.
    private(set) var missing = 0
    private(set) var failed = 0
    /// Cells whose other scenario has no results.
    private(set) var unpaired = 0
    /// The names of the axes but the scenario.
    private(set) var axes: [String] = []

    private let results: Results
    private let images: [String: ScoredImages]
    let scenarios: (first: String, second: String)

    /// - Throws: ``StorageError`` for results without the table of cells.
    init(_ results: Results, path: String, pair: (first: String, second: String)) throws {
        self.results = results
        scenarios = pair
        images = ScoredImages.all(in: results)
        keys = ScoreKey.all(in: results, \.isJudgement)
        guard let cells = results.cells, let states = cells.texts("state"),
            let hashes = cells.texts("checkpoint_hash"), let kinds = cells.texts("scenario")
        else {
            throw StorageError(
                path, "has no cells of a sweep; `plumbline sweep collect` writes such a file")
        }
        let fixed: Set = ["cell", "state", "reason", "checkpoint_hash", "scenario"]
        axes = cells.columns.map(\.name).filter { !fixed.contains($0) }
        let columns = axes.map { (name: $0, values: cells.texts($0) ?? []) }
        missing = states.count { $0 == "missing" }
        failed = states.count { $0 == "failed" }
        var groups: [[String: String]: [String: Int]] = [:]
        var order: [[String: String]] = []
        for row in states.indices where states[row] == "done" {
            let labels = Dictionary(
                columns.map { ($0.name, $0.values[row]) }, uniquingKeysWith: { first, _ in first })
            if groups[labels] == nil { order.append(labels) }
            groups[labels, default: [:]][kinds[row]] = row
        }
        for labels in order {
            guard let first = groups[labels]?[pair.first], let second = groups[labels]?[pair.second]
            else {
                unpaired += 1
                continue
            }
            add(labels, hashes[first], hashes[second])
        }
    }

    /// The runs of a cell: those of its checkpoint, with its settings.
    private func runs(_ hash: String, _ scenario: String, _ labels: [String: String]) -> [RunResult]
    {
        let candidates = results.runs.filter {
            $0.checkpointHash == hash && $0.factors.scenario == scenario
        }
        // Cells that evaluate one checkpoint in several ways name it by their settings.
        return candidates.filter { run in
            run.factors.namedSettings.allSatisfy { setting in
                labels[setting.key].map { $0 == setting.value } ?? true
            }
        }
    }

    private mutating func add(_ labels: [String: String], _ first: String, _ second: String) {
        let others = runs(second, scenarios.second, labels)
        for run in runs(first, scenarios.first, labels) {
            let subject = GapReport.Subject(run)
            guard let other = others.first(where: { GapReport.Subject($0) == subject }),
                let one = images[run.run], let two = images[other.run]
            else { continue }
            let start = results.runs.first {
                $0.factors.scenario == "start" && subject.contains($0)
            }
            let gaps = keys.compactMap { key in
                Self.gap(key, one, two).map { (key, $0) }
            }
            pairs.append(
                StudyPair(
                    labels: labels, start: start.map { Self.name($0) } ?? Self.name(ofStartOf: run),
                    explanation: run.factors.explanation,
                    isTrainedThrough: run.factors.explanation == run.factors.trainedThrough,
                    gaps: Dictionary(uniqueKeysWithValues: gaps),
                    aurocChanges: Self.changes(start, run, other),
                    studies: [run.study, other.study]))
        }
    }

    private static func name(_ start: RunResult) -> String {
        start.checkpointHash.isEmpty ? start.run : start.checkpointHash
    }

    /// The factors that a starting model has, where its results are not there.
    private static func name(ofStartOf run: RunResult) -> String {
        let factors = run.factors
        return [
            factors.className, factors.model, factors.pretraining, factors.settings,
            factors.seed.map(String.init) ?? "",
        ].joined(separator: " | ")
    }

    private static func changes(
        _ start: RunResult?, _ first: RunResult, _ second: RunResult
    ) -> (first: Double, second: Double)? {
        guard let before = start?.metrics["auroc"], let one = first.metrics["auroc"],
            let two = second.metrics["auroc"]
        else { return nil }
        return (one - before, two - before)
    }

    /// The mean difference over positive images that have both scores.
    static func gap(
        _ key: ScoreKey, _ first: ScoredImages, _ second: ScoredImages
    ) -> Double? {
        let others = second.byName
        let differences = first.positives.compactMap { image -> Double? in
            guard others[image.image]?.label == .positive,
                let one = first.value(key, image.image), let two = second.value(key, image.image)
            else { return nil }
            return one - two
        }
        return differences.isEmpty
            ? nil : differences.sorted().reduce(0, +) / Double(differences.count)
    }
}
