import Foundation
import PlumblineTensors

/// A results file: `/runs`, `/images`, `/scores`, `/metrics`, `/curves/<run>` (of training) and,
/// where kept, `/metric_curves` and `/explanations/<run>/<image>`.
///
/// `/prediction_pairs` says how alike the models of every two runs predict.
/// What the audit of the images found is `/audit`; what a judge said is `/judgements`.
/// `/permuted_labels` says which labels the training images of a starting model had, if they were
/// permuted.
///
/// `/scores` is long: one row per run, image, metric and part, with a value or the reason why there
/// is none, so that a new metric changes no column. Versions 1 and 2, which had a column per
/// metric, are read too.
public struct Results {
    public static let formatVersion = 3

    public var runs: [RunResult] = []
    public var images: [ImageResult] = []
    public var scores = ScoreRows()
    /// What the metrics of ``scores`` measure, by name, in the order of the tables.
    public var metrics: [(name: String, facts: MetricFacts)] = []
    public var curves: [String: Table] = [:]
    /// The curves that some scores sum up, such as deletion.
    public var metricCurves: [CurveResult] = []
    /// Maps by run and image, `[height, width, channels]`.
    public var explanations: [String: [String: Tensor]] = [:]
    /// The largest difference of two AUROCs that counts as equal predictions, if it was set.
    public var margin: Double?
    /// What the audit of the images found; `nil` where there was none, as in files of older
    /// programs.
    public var audit: [AuditFinding]?
    /// Whose labels each training image of the starting model had; `nil` for its own ones.
    public var permutedLabels: [PermutedLabel]?
    /// What a judge said about each picture; `nil` where nothing was judged.
    public var judgements: Table?
    /// The cells of a sweep (`/cells`); `nil` outside of one.
    public var cells: Table?
    /// The pairs of models that are compared (`/pairs`); `nil` where they are not stored.
    public var pairs: Table?

    /// How alike the models of two runs predict, a row per pair; `nil` where that was not compared.
    public var predictionPairs: Table?

    public init() {}

    /// One run with everything that belongs to it.
    public struct Entry {
        public var run: RunResult
        public var images: [ImageResult]
        public var scores: [ScoreResult] = []
        public var metrics: [(name: String, facts: MetricFacts)] = []
        public var curve: Table?
        public var metricCurves: [CurveResult] = []
        public var explanations: [String: Tensor] = [:]

        public init(run: RunResult, images: [ImageResult]) {
            self.run = run
            self.images = images
        }
    }

    /// Adds a run, and removes the earlier run of the same name.
    ///
    /// A run of a version 1 file with the same factors is removed too.
    public mutating func replace(_ entry: Entry) {
        let run = entry.run
        let replaced = Set(
            runs.filter { $0.run == run.run || $0.factors.isVersion1(of: run.factors) }.map(\.run))
        if !replaced.isEmpty {
            runs.removeAll { replaced.contains($0.run) }
            images.removeAll { replaced.contains($0.run) }
            scores.removeAll { replaced.contains($0.run) }
            metricCurves.removeAll { replaced.contains($0.run) }
        }
        for name in replaced {
            curves[name] = nil
            explanations[name] = nil
        }
        runs.append(run)
        images += entry.images
        scores += entry.scores
        metricCurves += entry.metricCurves
        for metric in entry.metrics {
            if let known = metrics.firstIndex(where: { $0.name == metric.name }) {
                metrics[known].facts = metric.facts
            } else {
                metrics.append(metric)
            }
        }
        curves[run.run] = entry.curve
        explanations[run.run] = entry.explanations.isEmpty ? nil : entry.explanations
    }

    /// Checks that rows are unique, and that each row belongs to a run and an image.
    ///
    /// - Throws: ``StorageError`` otherwise, because such a row would not appear in any table.
    func checkKeys(_ path: String) throws {
        var runNames: Set<String> = []
        for run in runs where !runNames.insert(run.run).inserted {
            throw StorageError(path, "/runs has the run \(run.run) twice")
        }
        var imageKeys: Set<[String]> = []
        for row in images {
            guard runNames.contains(row.run) else {
                throw StorageError(
                    path, "/images has \(row.image) of the run \(row.run), which /runs lacks")
            }
            guard imageKeys.insert([row.run, row.image]).inserted else {
                throw StorageError(path, "/images has \(row.image) twice in the run \(row.run)")
            }
        }
        try scores.checkKeys(path, images: imageKeys, metrics: Set(metrics.map(\.name)))
        var curveKeys: Set<[String]> = []
        for curve in metricCurves {
            let place =
                "/metric_curves has \(curve.metric) of \(curve.image) in the run \(curve.run)"
            guard imageKeys.contains([curve.run, curve.image]) else {
                throw StorageError(path, "\(place), which /images lacks")
            }
            guard
                curveKeys.insert([curve.run, curve.image, curve.metric, curve.series]).inserted
            else {
                throw StorageError(path, "\(place) twice")
            }
        }
    }
}
