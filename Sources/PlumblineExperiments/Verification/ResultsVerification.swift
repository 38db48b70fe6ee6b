import Foundation
import PlumblineEvaluation
import PlumblineStatistics
import PlumblineStorage
import PlumblineTraining

/// Computes some rows of a results file again, from the checkpoints, and compares the bits.
///
/// A row is one image of one run, with all its scores. It is computed in the batch that it was in:
/// the last bits of a product depend on the number of images.
public struct ResultsVerification {
    public let results: Results
    public let path: String
    /// Which rows are computed again, in the order of the file.
    public let chosen: [ImageResult]
    private let experiment: Experiment
    /// The stored scores of the chosen rows.
    private let stored: [Row: [ScoreResult]]

    private struct Row: Hashable {
        let run: String
        let image: String
    }

    /// Chooses the rows among those that have a score with a value.
    ///
    /// - Parameters:
    ///   - path: a results file of `run`.
    ///   - configuration: that of the run.
    ///   - rows: how many; all where there are fewer.
    /// - Throws: an error if a file cannot be read, or if no row has a score.
    public init(
        _ path: String, _ configuration: Configuration, rows: Int, seed: UInt64 = 0
    ) throws {
        results = try Results.read(path)
        self.path = path
        let groups = Dictionary(grouping: results.scores) { Row(run: $0.run, image: $0.image) }
        let candidates = results.images.filter { image in
            groups[Row(run: image.run, image: image.image)]?.contains { $0.value != nil } == true
        }
        guard !candidates.isEmpty else { throw StorageError(path, "no image has a score") }
        var random = SplitMix64(seed: seed)
        let order = candidates.indices.shuffled(using: &random).prefix(rows).sorted()
        chosen = order.map { candidates[$0] }
        stored = groups
        experiment = try Experiment(configuration)
    }

    /// The numbers of the chosen rows, stored and computed.
    ///
    /// - Throws: an error if a checkpoint is missing or is not the one that the scores are of, and
    ///   ``Interrupted`` after a signal.
    public func scores() throws -> [VerifiedScore] {
        var found: [VerifiedScore] = []
        let byRun = Dictionary(grouping: chosen, by: \.run)
        for scenario in try scenarios() {
            let name = scenario?.name ?? "start"
            let runs = results.runs.filter {
                $0.factors.scenario == name && byRun[$0.run] != nil
            }
            guard !runs.isEmpty else { continue }
            let (model, _, _) = try experiment.stages.evaluated(scenario)
            let digest = model.digest
            if let other = runs.first(where: { $0.checkpointHash != digest }) {
                throw StorageError(
                    path,
                    "the scores of \(name) are of weights \(other.checkpointHash.prefix(12)), "
                        + "but the checkpoint has \(digest.prefix(12))")
            }
            let validation = experiment.stages.validation(model, experiment.data.evaluate)
            for run in runs {
                found += try scores(run, byRun[run.run]!, validation, digest: digest)
            }
        }
        return found
    }

    /// Which scenarios have a chosen row; `nil` is the starting model.
    ///
    /// - Throws: ``StorageError`` for a scenario that the configuration does not have.
    private func scenarios() throws -> [Scenario?] {
        let known: [Scenario?] = [nil] + experiment.configuration.align.scenarios
        let names = Set(known.map { $0?.name ?? "start" })
        let runs = Dictionary(
            results.runs.map { ($0.run, $0.factors.scenario) }, uniquingKeysWith: { $1 })
        if let other = chosen.lazy.compactMap({ runs[$0.run] }).first(where: {
            !names.contains($0)
        }) {
            throw StorageError(
                path, "has a scenario \(other), which \(experiment.configuration.file) has not")
        }
        return known
    }

    /// The chosen rows of one run.
    private func scores(
        _ run: RunResult, _ rows: [ImageResult], _ validation: Validation, digest: String
    ) throws -> [VerifiedScore] {
        let batches = try batches(rows, validation)
        let methods = try experiment.configuration.evaluatedMethods()
            .filter { $0.name == run.factors.explanation }
        guard !methods.isEmpty else {
            throw StorageError(
                path,
                "\(experiment.configuration.file) does not evaluate \(run.factors.explanation)")
        }
        let metrics = try self.metrics()
        var chosen = Validation(
            model: validation.model, dataset: validation.dataset.subset(batches),
            target: validation.target, configuration: experiment.configuration)
        chosen.comparisons = try experiment.configuration.comparisonModels(
            for: metrics, of: chosen.model, digest: digest,
            classes: experiment.configuration.data.classes)
        var found: [VerifiedScore] = []
        let places = Dictionary(
            rows.map { ($0.image, $0) }, uniquingKeysWith: { first, _ in first })
        _ = try chosen.run(methods, explaining: { _ in true }) { evaluated in
            guard let row = places[chosen.dataset.items[evaluated.index].id] else { return }
            found += prediction(
                row, logit: evaluated.logOdds, probability: Double(evaluated.probability))
            for evidence in evaluated.evidence {
                found += compare(row, try evidence.measure(metrics).scores)
            }
        }
        return found
    }

    /// The images of the batches that the rows were in, in their order.
    private func batches(_ rows: [ImageResult], _ validation: Validation) throws -> [Int] {
        let items = validation.dataset.items
        let explained = try validation.explained(by: experiment.configuration.metrics())
        let wanted = Set(rows.map(\.image))
        let found = Set(explained.map { items[$0].id })
        if let other = rows.first(where: { !found.contains($0.image) }) {
            throw StorageError(
                path,
                "\(other.image) is not among the images that "
                    + "\(experiment.configuration.file) explains")
        }
        let size = experiment.configuration.evaluate.batchSize
        return stride(from: 0, to: explained.count, by: size).flatMap { start in
            let batch = explained[start..<min(explained.count, start + size)]
            return batch.contains { wanted.contains(items[$0].id) } ? Array(batch) : []
        }
    }

    private func prediction(
        _ row: ImageResult, logit: Double, probability: Double
    ) -> [VerifiedScore] {
        [("logit", row.logit, logit), ("probability", row.probability, probability)].map {
            VerifiedScore(
                ScoreResult(run: row.run, image: row.image, metric: $0.0, value: $0.1),
                computed: $0.2, reason: "")
        }
    }

    /// Every stored score of the row; one that is not computed again counts as different.
    private func compare(_ row: ImageResult, _ scores: [Score]) -> [VerifiedScore] {
        let computed = Dictionary(
            scores.map { ([$0.metric, $0.part ?? ""], $0.value) }, uniquingKeysWith: { $1 })
        return (stored[Row(run: row.run, image: row.image)] ?? []).map { score in
            let value = computed[[score.metric, score.part]]
            return VerifiedScore(
                score, computed: value?.value,
                reason: value.map { $0.reason?.rawValue ?? "" } ?? "not computed")
        }
    }

    /// The metrics whose quantities the file has: those of the configuration first, because they
    /// may have options.
    private func metrics() throws -> [any Metric] {
        let stored = Set(results.metrics.map(\.name))
        var metrics = try experiment.configuration.metrics()
        var known = Set(metrics.flatMap(\.quantities).map(\.name))
        for metric in try MetricRegistry.all() {
            let names = metric.quantities.map(\.name)
            guard stored.isSuperset(of: names), known.isDisjoint(with: names) else { continue }
            metrics.append(metric)
            known.formUnion(names)
        }
        return metrics
    }
}
