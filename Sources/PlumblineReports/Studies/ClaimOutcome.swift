import PlumblineStatistics

/// What the results say about one claim.
public struct ClaimOutcome: Sendable {
    public enum Verdict: String, Sendable {
        case holds
        case doesNotHold = "does not hold"
        case undecided
    }

    public let claim: StudyClaim
    public internal(set) var verdict = Verdict.undecided
    /// Why it is undecided; empty otherwise.
    public internal(set) var reason = ""
    /// The mean over fine-tuned pairs; `nil` without a value.
    public let estimate: Double?
    /// CR2 over starting models, as its degrees of freedom; `nil` for fewer than two.
    public let standardError: Double?
    public let degrees: Double?
    /// At `1 - level`, and at `1 - 2 level` for equivalence, as its test has it.
    public let interval: Interval?
    /// Of the two-sided test against 0, or of the two one-sided tests against the margin.
    public let pValue: Double?
    /// Corrected within the family; a claim without a p value counts there as 1.
    public internal(set) var adjustedP: Double?
    /// The sign-flip permutation over the means of starting models; a check that does not decide.
    public let signFlipP: Double?
    public let pairs: Int
    public let startingModels: Int
    public let gate: AUROCGate
    /// Pairs that the claim is about and that do not count, with the reason.
    public let left: String

    let mean: ClusteredMean?

    init(_ claim: StudyClaim, _ sample: ClaimSample, plan: StudyPlan) {
        self.claim = claim
        let mean = ClusteredMean(sample.values, groups: sample.starts)
        self.mean = mean
        let count = sample.values.count
        pairs = count
        startingModels = Set(sample.starts).count
        estimate = count == 0 ? nil : sample.values.sorted().reduce(0, +) / Double(count)
        standardError = mean?.standardError
        degrees = mean?.degrees
        let isEquivalence = claim.expectation == .equivalent
        let tails = isEquivalence ? 2 * plan.level : plan.level
        interval = mean?.interval(level: 1 - tails)
        if isEquivalence {
            pValue = mean.flatMap { Self.equivalence($0, claim.margin, plan.level)?.pValue }
        } else {
            pValue = mean?.pValue
        }
        signFlipP = isEquivalence ? nil : signFlipTest(sample.startMeans)?.pValue
        gate = AUROCGate(sample, margin: plan.aurocMargin, level: plan.level)
        left = Self.left(sample)
    }

    private static func left(_ sample: ClaimSample) -> String {
        let counts: [(Int, String)] = [
            (sample.unmatched, "without a partner"), (sample.withoutValue, "without the score"),
            (sample.withoutAUROC, "without AUROCs"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) pairs \($0.1)" }
            .joined(separator: ", ")
    }

    static func equivalence(
        _ mean: ClusteredMean, _ margin: Double?, _ level: Double
    ) -> MarginTest? {
        margin.flatMap {
            MarginTest.equivalence(
                mean.mean, standardError: mean.standardError, degrees: mean.degrees, margin: $0,
                alpha: level)
        }
    }

    /// Sets the verdict after the correction.
    mutating func decide(_ plan: StudyPlan) {
        guard let mean, let adjustedP else {
            reason = startingModels < 2 ? "fewer than 2 starting models" : "equal values"
            return
        }
        let isSignificant = adjustedP <= plan.level
        let isOpposite: Bool
        let isShown: Bool
        switch claim.expectation {
        case .positive: (isShown, isOpposite) = (isSignificant && mean.mean > 0, mean.mean < 0)
        case .negative: (isShown, isOpposite) = (isSignificant && mean.mean < 0, mean.mean > 0)
        case .different: (isShown, isOpposite) = (isSignificant, false)
        case .equivalent: (isShown, isOpposite) = (isSignificant, false)
        }
        if isShown {
            guard gate == .passes || gate == .notDeclared else {
                reason = "the AUROC gate " + (gate == .fails ? "fails" : "is open")
                return
            }
            verdict = .holds
        } else if isSignificant && isOpposite || isRefuted(mean, plan) {
            verdict = .doesNotHold
        } else {
            reason = "neither is shown"
        }
    }

    /// An equivalence is refuted by an interval outside of the margin; a difference with a margin
    /// by an equivalence within it.
    private func isRefuted(_ mean: ClusteredMean, _ plan: StudyPlan) -> Bool {
        guard let margin = claim.margin else { return false }
        let level = plan.strictLevel(claim)
        if claim.expectation == .equivalent {
            guard let interval = mean.interval(level: 1 - level) else { return false }
            return interval.lower > margin || interval.upper < -margin
        }
        return Self.equivalence(mean, margin, level)?.isSupported ?? false
    }
}
