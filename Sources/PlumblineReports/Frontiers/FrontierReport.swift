import PlumblineStatistics
import PlumblineStorage

/// The gap against the loss of AUROC over lambda, and the bend budget at a stated loss.
///
/// The gap is that of align and misalign, with the sign turned where lower scores are better. The
/// curves are ``PlumblineStatistics/Frontier``.
public struct FrontierReport {
    /// The loss of AUROC at which the budget is read.
    public let loss: Double
    let curves: [FrontierCurve]
    /// Pairs without the AUROC of their starting model or of their own.
    public let pairsWithoutAUROC: Int
    private let pair: (first: String, second: String)

    /// - Parameters:
    ///   - files: results with their paths. A pair that several files have counts once.
    ///   - loss: above 0 and at most 1.
    ///   - metric: the metric that is reported; `nil` for all with a direction.
    /// - Throws: ``StorageError`` if no file has a pair.
    public init(
        _ files: [(path: String, results: Results)], loss: Double, metric: String? = nil,
        pair: (first: String, second: String) = ("align", "misalign")
    ) throws {
        precondition(loss > 0 && loss <= 1, "FrontierReport: a loss of \(loss)")
        self.loss = loss
        self.pair = pair
        var groups: [Group: [FrontierCurve.Pair]] = [:]
        var order: [Group] = []
        var known: Set<GapReport.Subject> = []
        var without = 0
        for (_, results) in files {
            let images = ScoredImages.all(in: results)
            let keys = ScoreKey.all(in: results, \.isJudgement).filter {
                metric == nil || $0.metric == metric
            }
            for run in results.runs where run.factors.scenario == pair.first {
                let subject = GapReport.Subject(run)
                let others = results.runs.filter(subject.contains)
                guard let other = others.first(where: { $0.factors.scenario == pair.second }),
                    known.insert(subject).inserted
                else { continue }
                guard let start = others.first(where: { $0.factors.scenario == "start" }),
                    let before = start.metrics["auroc"], let one = run.metrics["auroc"],
                    let two = other.metrics["auroc"]
                else {
                    without += 1
                    continue
                }
                for key in keys {
                    guard let gap = StudyPairs.gap(key, images[run.run]!, images[other.run]!)
                    else { continue }
                    let group = Group(subject.factors, key)
                    if groups[group] == nil { order.append(group) }
                    groups[group, default: []].append(
                        FrontierCurve.Pair(
                            lambda: run.factors.lambda,
                            start: start.checkpointHash.isEmpty ? start.run : start.checkpointHash,
                            seed: subject.factors.seedName,
                            point: .init(
                                loss: before - min(one, two),
                                gap: key.direction == "lower is better" ? -gap : gap)))
                }
            }
        }
        guard !order.isEmpty || without > 0 else {
            throw StorageError(
                files.map(\.path).joined(separator: ", "),
                "no pair of \(pair.first) and \(pair.second)"
                    + (metric.map { " with scores of \($0)" } ?? ""))
        }
        guard !order.isEmpty else {
            throw StorageError(
                files.map(\.path).joined(separator: ", "),
                "\(without) pairs, none with the AUROCs of its models and its starting model")
        }
        pairsWithoutAUROC = without
        curves = order.map { FrontierCurve($0.factors, $0.key, groups[$0]!) }
    }

    /// Pairs of one curve.
    private struct Group: Hashable {
        let factors: RunFactors
        let key: ScoreKey

        init(_ factors: RunFactors, _ key: ScoreKey) {
            var factors = factors
            (factors.lambda, factors.seed, factors.steps) = (nil, nil, nil)
            factors.settings = Self.withoutSeeds(factors.settings)
            factors.tuneSettings = Self.withoutSeeds(factors.tuneSettings)
            self.factors = factors
            self.key = key
        }

        private static func withoutSeeds(_ settings: String) -> String {
            RunFactors.named(settings).filter { !RunFactors.isSeed($0.key) }
                .map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        }
    }
}
