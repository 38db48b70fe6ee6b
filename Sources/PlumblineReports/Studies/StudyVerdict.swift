import PlumblineStatistics
import PlumblineStorage

/// The claims of a study judged by its results.
public struct StudyVerdict: Sendable {
    public let plan: StudyPlan
    public private(set) var outcomes: [ClaimOutcome]
    /// What was not planned: the gap of other scores, and differences between levels.
    public private(set) var exploratory: [ClaimOutcome]
    /// What a reader must know of the results, such as cells that are missing.
    public private(set) var notes: [String] = []
    /// Whether the runs were made under this plan.
    public let isPlanned: Bool

    /// - Parameters:
    ///   - path: of the results, for errors.
    ///   - acceptsOtherPlans: whether results of another plan, or of none, are judged and marked
    ///     instead of refused.
    /// - Throws: ``StorageError`` for results without cells, without a pair, or of another plan.
    public init(
        _ plan: StudyPlan, _ results: Results, path: String, acceptsOtherPlans: Bool = false
    ) throws {
        self.plan = plan
        let pairs = try StudyPairs(results, path: path, pair: plan.pair)
        guard !pairs.pairs.isEmpty else {
            throw StorageError(
                path,
                "has no cell with both \(plan.pair.first) and \(plan.pair.second); run the sweep "
                    + "and collect it")
        }
        let others = Set(pairs.pairs.flatMap(\.studies)).subtracting([plan.hash])
        isPlanned = others.isEmpty
        guard others.isEmpty || acceptsOtherPlans else {
            let names = others.sorted().map { $0.isEmpty ? "no plan" : "plan \($0.prefix(12))" }
            throw StorageError(
                path,
                "was made under \(names.joined(separator: " and ")), not under plan "
                    + "\(plan.hash.prefix(12)); --other-plan judges it as exploratory")
        }
        outcomes = plan.claims.map { ClaimOutcome($0, ClaimSample($0, pairs), plan: plan) }
        exploratory = Self.unplanned(plan, pairs).map {
            ClaimOutcome($0, ClaimSample($0, pairs), plan: plan)
        }.filter { $0.pairs > 0 }
        adjust()
        for place in outcomes.indices {
            outcomes[place].decide(plan)
            hold(place, pairs)
        }
        notes = Self.notes(plan, pairs, isPlanned: isPlanned)
    }

    private mutating func adjust() {
        for (family, correction) in plan.families {
            let members = plan.members(family)
            let values = members.map { outcomes[$0].pValue ?? 1 }
            let adjusted: [Double]
            switch correction {
            case .holm: adjusted = holmCorrection(values)
            case .benjaminiHochberg: adjusted = benjaminiHochbergCorrection(values)
            case .none: adjusted = values
            }
            for (place, value) in zip(members, adjusted) where outcomes[place].pValue != nil {
                outcomes[place].adjustedP = value
            }
        }
    }

    /// Leaves a claim undecided until the stopping rule is met.
    private mutating func hold(_ place: Int, _ pairs: StudyPairs) {
        let reason: String
        switch plan.stopping {
        case .allCells:
            guard pairs.missing > 0 else { return }
            reason = "\(pairs.missing) planned cells are not done"
        case .pairs(let wanted):
            guard outcomes[place].pairs < wanted else { return }
            reason = "\(outcomes[place].pairs) of \(wanted) planned pairs are done"
        }
        outcomes[place].verdict = .undecided
        outcomes[place].reason = "too early: \(reason)"
    }

    /// The gap of each score that no claim is about, and for each score of a claim the first level
    /// against each other level of the axes without a contrast.
    private static func unplanned(_ plan: StudyPlan, _ pairs: StudyPairs) -> [StudyClaim] {
        var claims: [StudyClaim] = []
        func claim(_ key: ScoreKey, _ contrast: StudyClaim.Contrast? = nil) -> StudyClaim {
            var claim = StudyClaim("")
            (claim.metric, claim.part, claim.expectation) = (key.metric, key.part, .different)
            claim.contrast = contrast
            claim.name = claim.quantity
            return claim
        }
        let claimed = Set(plan.claims.map { [$0.metric, $0.part] })
        for key in pairs.keys {
            let isClaimed = claimed.contains([key.metric, key.part])
            if !plan.claims.contains(where: {
                $0.metric == key.metric && $0.part == key.part && $0.contrast == nil
                    && $0.levels.isEmpty && $0.explanation.isEmpty
            }) {
                claims.append(claim(key))
            }
            guard isClaimed else { continue }
            for axis in pairs.axes
            where !plan.claims.contains(where: { $0.contrast?.axis == axis }) {
                var levels: [String] = []
                for label in pairs.pairs.compactMap({ $0.labels[axis] })
                where !levels.contains(label) {
                    levels.append(label)
                }
                guard !RunFactors.isSeed(axis), levels.count > 1 else { continue }
                claims += levels.dropFirst().map {
                    claim(key, .init(axis: axis, first: $0, second: levels[0]))
                }
            }
        }
        return claims
    }

    private static func notes(
        _ plan: StudyPlan, _ pairs: StudyPairs, isPlanned: Bool
    ) -> [String] {
        var notes: [String] = []
        if !isPlanned {
            notes.append(
                "these results were not made under this plan: nothing here is confirmatory")
        }
        if pairs.missing > 0 { notes.append("\(pairs.missing) cells of the sweep are not done") }
        if pairs.failed > 0 { notes.append("\(pairs.failed) cells failed and are left out") }
        if pairs.unpaired > 0 {
            notes.append("\(pairs.unpaired) cells lack their other scenario and are left out")
        }
        return notes
    }
}
