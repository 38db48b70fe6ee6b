import PlumblineStatistics
import PlumblineStorage

/// The frontiers of one score of one kind of model, over seeds.
struct FrontierCurve {
    /// A mean over seeds with its 95% interval, over starting models; `nil` for one of them.
    struct Estimate {
        let mean: Double
        let interval: Interval?
    }

    /// A fine-tuned pair.
    struct Pair {
        let lambda: Double?
        /// Names the starting model.
        let start: String
        /// Names the seed.
        let seed: String
        let point: Frontier.Point
    }

    /// What the pairs have in common: all factors but lambda, seeds and scenario.
    let factors: RunFactors
    let key: ScoreKey
    let pairs: [Pair]
    private let frontiers: [(start: String, frontier: Frontier)]

    init(_ factors: RunFactors, _ key: ScoreKey, _ pairs: [Pair]) {
        self.factors = factors
        self.key = key
        self.pairs = pairs
        let seeds = Dictionary(grouping: pairs, by: { [$0.start, $0.seed] })
        frontiers = seeds.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            ($1[0].start, Frontier($1.map(\.point)))
        }
    }

    var seeds: Int { frontiers.count }
    var startingModels: Int { Set(frontiers.map(\.start)).count }

    /// The losses where some frontier grows, and 0 and `end`.
    func losses(to end: Double) -> [Double] {
        let steps = frontiers.flatMap { $0.frontier.steps.map(\.loss) }.filter { $0 < end }
        return Set(steps + [0, end]).sorted()
    }

    func gap(at loss: Double) -> Estimate { estimate { $0.gap(at: loss) } }
    func area(to loss: Double) -> Estimate { estimate { $0.area(to: loss) } }

    private func estimate(_ value: (Frontier) -> Double) -> Estimate {
        let values = frontiers.map { value($0.frontier) }
        return Estimate(
            mean: values.sorted().reduce(0, +) / Double(values.count),
            interval: ClusteredMean(values, groups: frontiers.map(\.start))?.interval())
    }

    /// The kind of model in words.
    var title: String {
        var parts = [factors.className, factors.model, factors.pretraining, factors.explanation]
        if factors.trainedThrough != factors.explanation {
            parts.append("trained through \(factors.trainedThrough)")
        }
        parts += [factors.settings, factors.tuneSettings]
        return parts.filter { !$0.isEmpty }.map(\.printable).joined(separator: ", ")
    }
}
