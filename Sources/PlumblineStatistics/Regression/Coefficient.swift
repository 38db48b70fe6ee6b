/// A coefficient of a regression, and its test against 0.
public struct Coefficient: Sendable, Equatable {
    public let term: String
    public let estimate: Double
    public let standardError: Double
    /// The degrees of freedom of Student's t.
    public let degrees: Double

    public init(term: String, estimate: Double, standardError: Double, degrees: Double) {
        self.term = term
        self.estimate = estimate
        self.standardError = standardError
        self.degrees = degrees
    }

    /// `estimate / standardError`.
    public var statistic: Double { estimate / standardError }

    /// Two-sided.
    public var pValue: Double { 2 * StudentT.upperTail(abs(statistic), degrees: degrees) }

    /// The 95% interval; `nil` without degrees of freedom.
    public var interval: (lower: Double, upper: Double)? {
        guard let t = StudentT.quantile(0.975, degrees: degrees) else { return nil }
        return (estimate - t * standardError, estimate + t * standardError)
    }
}
