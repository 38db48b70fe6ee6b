import PlumblineStatistics
import PlumblineStorage

/// Which explanations of one model score better by one metric, and whether chance explains it.
///
/// Methods are ranked on each block: 1 is the best by the direction of the metric. A block is an
/// image that every method has a value for, or the mean over the images of a patient. Friedman's
/// test asks whether all methods are alike; Nemenyi's critical difference and Holm's correction of
/// paired Wilcoxon tests ask which differ (Demšar, JMLR 7 (2006)).
public struct MethodComparison: Sendable {
    public struct Method: Sendable {
        public let name: String
        /// Over the complete images.
        public let mean: Double
        /// 1 is the best.
        public let meanRank: Double
        /// Images without a value, by reason.
        public let missing: [String: Int]
    }

    /// Two methods on the same images.
    public struct Pair: Sendable {
        public let first: String
        public let second: String
        /// The mean of the first method's values minus the second's.
        public let difference: Double
        /// Over patients where they are known; `nil` where all differences are 0.
        public let wilcoxon: WilcoxonResult?
        /// The p value of ``wilcoxon`` after Holm's correction for all pairs; 1 without a test.
        public let holmPValue: Double
        /// By Nemenyi's test, corrected for all pairs.
        public let nemenyiPValue: Double
    }

    /// What the compared runs have in common: all factors but the explanation.
    public let factors: RunFactors
    /// The name of the metric.
    public let metric: String
    /// The scored part of the image; empty for the whole image.
    public let part: String
    /// Its name in tables.
    public let title: String
    /// `higher is better` or `lower is better`.
    public let direction: String
    /// From the best mean rank on.
    public let methods: [Method]
    public let pairs: [Pair]
    /// Images that every method has a value for.
    public let completeImages: Int
    /// Images that lack a value of some method.
    public let incompleteImages: Int
    /// The number of blocks.
    public let blocks: Int
    /// `images` or `patients`.
    public let blockName: String
    /// `nil` where all methods have equal values on every block.
    public let friedman: FriedmanResult?
    /// Of mean ranks, at the level 0.05.
    public let criticalDifference: Double
    /// Methods that Nemenyi's test does not tell apart.
    public let groups: [[String]]

    /// - Returns: `nil` with fewer than two methods or two blocks.
    init?(_ runs: [ScoredImages], _ key: ScoreKey) {
        let scores = ComparedScores(runs, key)
        let table = scores.blocks
        let count = scores.methods.count
        guard count > 1, table.count > 1 else { return nil }
        let sign: Double = key.direction == "higher is better" ? -1 : 1
        let friedman = friedmanTest(table.map { row in row.map { sign * $0 } })
        let ranks =
            friedman?.meanRanks ?? [Double](repeating: Double(count + 1) / 2, count: count)
        let nemenyi = Nemenyi(methods: count, blocks: table.count)
        let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
        factors = Self.common(runs[0].run)
        (metric, part, title, direction) = (key.metric, key.part, key.title, key.direction)
        methods = order.map { index in
            Method(
                name: scores.methods[index], mean: Self.mean(scores.values.map { $0[index] }),
                meanRank: ranks[index], missing: scores.reasons[index])
        }
        completeImages = scores.values.count
        incompleteImages = scores.incomplete
        blocks = table.count
        blockName = scores.blockName
        self.friedman = friedman
        criticalDifference = nemenyi.criticalDifference() ?? .nan
        groups = nemenyi.groups(ranks).map { $0.map { scores.methods[$0] } }
        pairs = Self.pairs(scores, order, ranks, nemenyi)
    }

    /// The comparisons of a results file: one per model and scenario with two methods or more.
    ///
    /// - Parameter part: of the image; empty for the whole image.
    /// - Returns: none where ``problem(_:metric:part:)`` says why.
    public static func all(
        _ results: Results, metric: String, part: String = ""
    ) -> [MethodComparison] {
        guard let key = key(results, metric, part) else { return [] }
        let scored = ScoredImages.all(in: results)
        var subjects: [RunFactors] = []
        for run in results.runs where !subjects.contains(common(run)) {
            subjects.append(common(run))
        }
        return subjects.compactMap { subject in
            let runs = results.runs.filter { common($0) == subject }
            return MethodComparison(runs.compactMap { scored[$0.run] }, key)
        }
    }

    static func key(_ results: Results, _ metric: String, _ part: String) -> ScoreKey? {
        ScoreKey.all(in: results, \.isJudgement).first { $0.metric == metric && $0.part == part }
    }

    private static func common(_ run: RunResult) -> RunFactors {
        var factors = run.factors
        factors.explanation = ""
        return factors
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    private static func pairs(
        _ scores: ComparedScores, _ order: [Int], _ ranks: [Double], _ nemenyi: Nemenyi
    ) -> [Pair] {
        let indices = order.indices.flatMap { first in
            ((first + 1)..<order.count).map { (order[first], order[$0]) }
        }
        let differences = indices.map { first, second in
            scores.values.map { $0[first] - $0[second] }
        }
        let tests = differences.map { clusteredWilcoxon($0, groups: scores.groups) }
        let corrected = holmCorrection(tests.map { $0?.pValue ?? 1 })
        return indices.indices.map { place in
            let (first, second) = indices[place]
            return Pair(
                first: scores.methods[first], second: scores.methods[second],
                difference: mean(differences[place]), wilcoxon: tests[place],
                holmPValue: corrected[place],
                nemenyiPValue: nemenyi.pValue(ofDifference: ranks[first] - ranks[second]))
        }
    }
}
