/// A test against a margin that was declared beforehand.
public struct MarginTest: Sendable, Equatable {
    /// The claim that a small p value supports.
    public enum Claim: String, Sendable {
        /// The effect is between -margin and margin.
        case equivalence
        /// The effect is above -margin.
        case nonInferiority = "non-inferiority"
    }

    public let claim: Claim
    public let estimate: Double
    public let standardError: Double
    public let margin: Double
    public let pValue: Double
    /// The interval that is inside of the margin exactly where the claim is supported at `alpha`:
    /// two-sided at `1 - 2 alpha`.
    public let lower: Double
    public let upper: Double

    /// Whether the claim is supported at the level of the interval.
    public var isSupported: Bool {
        lower > -margin && (claim == .nonInferiority || upper < margin)
    }

    /// Two one-sided tests (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987).
    ///
    /// The p value is the larger of those of `t = (d + margin) / s` and `t = (margin - d) / s`.
    ///
    /// - Parameters:
    ///   - degrees: of Student's t; infinite for the normal distribution.
    ///   - margin: above 0.
    /// - Returns: `nil` for a standard error or margin that is not positive and finite.
    public static func equivalence(
        _ estimate: Double, standardError: Double, degrees: Double, margin: Double,
        alpha: Double = 0.05
    ) -> MarginTest? {
        make(.equivalence, estimate, standardError, degrees, margin, alpha)
    }

    /// The one-sided test of an effect above `-margin`, such as a difference of two AUROCs.
    ///
    /// - Returns: as ``equivalence(_:standardError:degrees:margin:alpha:)``.
    public static func nonInferiority(
        _ estimate: Double, standardError: Double, degrees: Double, margin: Double,
        alpha: Double = 0.05
    ) -> MarginTest? {
        make(.nonInferiority, estimate, standardError, degrees, margin, alpha)
    }

    private static func make(
        _ claim: Claim, _ estimate: Double, _ error: Double, _ degrees: Double, _ margin: Double,
        _ alpha: Double
    ) -> MarginTest? {
        guard estimate.isFinite, error > 0, error.isFinite, margin > 0, margin.isFinite,
            alpha > 0, alpha < 0.5, degrees > 0
        else { return nil }
        func tail(_ t: Double) -> Double {
            degrees.isFinite
                ? StudentT.upperTail(t, degrees: degrees) : NormalDistribution.below(-t)
        }
        let quantile =
            degrees.isFinite
            ? StudentT.quantile(1 - alpha, degrees: degrees)
            : NormalDistribution.quantile(1 - alpha)
        guard let quantile else { return nil }
        let low = tail((estimate + margin) / error)
        let high = tail((margin - estimate) / error)
        return MarginTest(
            claim: claim, estimate: estimate, standardError: error, margin: margin,
            pValue: claim == .equivalence ? max(low, high) : low,
            lower: estimate - quantile * error, upper: estimate + quantile * error)
    }
}
