import PlumblineStatistics
import PlumblineStorage

/// How many starting models a claim needs, from the spread between starting models.
public struct StudyPower: Sendable {
    public let claim: StudyClaim
    /// Between the means of starting models; `nil` if nothing says it.
    public let deviation: Double?
    /// Where ``deviation`` comes from, in words.
    public let source: String
    /// Starting models of the earlier results, or 0.
    public let earlierModels: Int
    /// Pairs and starting models of the plan.
    public let pairs: Int
    public let startingModels: Int
    /// At the strictest level of the family; `nil` where the effect or the spread is not known.
    public let power: Double?
    /// Starting models for the power that the plan wants; `nil` as ``power``, or where 10,000 are
    /// too few.
    public let needed: Int?

    /// - Parameters:
    ///   - pairs: of the plan.
    ///   - startingModels: of the plan.
    ///   - earlier: results of an earlier sweep.
    /// - Throws: ``StorageError`` for earlier results without cells.
    public init(
        _ claim: StudyClaim, plan: StudyPlan, pairs: Int, startingModels: Int, earlier: Results?
    ) throws {
        self.claim = claim
        self.pairs = pairs
        self.startingModels = startingModels
        var models = 0
        if let declared = claim.deviation {
            deviation = declared
            source = "declared"
        } else if let earlier {
            let all = try StudyPairs(earlier, path: plan.earlier, pair: plan.pair)
            let sample = ClaimSample(claim, all)
            models = Set(sample.starts).count
            deviation = Self.deviation(sample)
            source = deviation == nil ? "not in the earlier results" : "earlier results"
        } else {
            deviation = nil
            source = "not known: give study.earlier, or deviation of the claim"
        }
        earlierModels = models
        let alpha = plan.strictLevel(claim)
        let spread = deviation
        func power(_ units: Int) -> Double? {
            guard let deviation = spread, deviation > 0 else { return nil }
            if claim.expectation == .equivalent {
                return claim.margin.flatMap {
                    Power.ofEquivalence(
                        margin: $0, deviation: deviation, units: units, alpha: alpha)
                }
            }
            return claim.effect.flatMap {
                Power.ofMean(effect: $0, deviation: deviation, units: units, alpha: alpha)
            }
        }
        self.power = power(startingModels)
        needed = Self.least(plan.power, power)
    }

    /// The standard deviation between the means of starting models.
    private static func deviation(_ sample: ClaimSample) -> Double? {
        let means = sample.startMeans
        guard means.count > 1 else { return nil }
        let mean = means.reduce(0, +) / Double(means.count)
        let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(means.count - 1)).squareRoot()
    }

    /// The smallest number of units with at least this power, which grows with them.
    private static func least(_ wanted: Double, _ power: (Int) -> Double?) -> Int? {
        var (low, high) = (2, 10_000)
        guard let most = power(high), most >= wanted else { return nil }
        while low < high {
            let middle = (low + high) / 2
            if (power(middle) ?? 0) >= wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
