import Foundation

/// A linear mixed model with crossed random intercepts, such as image and fine-tuned pair, by
/// restricted maximum likelihood.
///
/// `y = X b + sum_f Z_f u_f + e` with independent `u_f ~ N(0, s_f²)` and `e ~ N(0, s²)`. The
/// criterion is profiled over b and s²: with `theta_f = s_f / s` and `A = I + Λ Z'Z Λ`, minus
/// twice the restricted log likelihood is
///
///     log|A| + log|X' V⁻¹ X| + (n - k) (1 + log(2 pi r² / (n - k)))
///
/// where `V = I + Z Λ² Z'` and r² is the weighted sum of squared residuals. Bates, Mächler,
/// Bolker and Walker, Journal of Statistical Software 67 (2015), section 3.4; `lme4::lmer`.
public struct MixedModel: Sendable {
    /// In the order of the design's terms; the degrees of freedom are infinite (Wald's z).
    public let coefficients: [Coefficient]
    /// The variance of each factor's intercepts, in the order of the factors.
    public let variances: [Double]
    public let residualVariance: Double
    /// Minus twice the restricted log likelihood.
    public let criterion: Double
    /// The levels of each factor.
    public let levels: [Int]

    /// The share of each factor in the whole variance.
    public var shares: [Double] {
        let all = variances.reduce(residualVariance, +)
        return variances.map { $0 / all }
    }

    /// How reliably a factor's levels are told apart by means of `rows` rows each:
    /// `s_f² / (s_f² + s² / rows)`.
    public func reliability(of factor: Int, rows: Double) -> Double {
        let whole = variances[factor] + residualVariance / rows
        return whole > 0 ? variances[factor] / whole : 0
    }

    /// - Parameter factors: the names of the levels of each factor, one per row.
    /// - Throws: ``RegressionError`` as ``LeastSquares`` does, for a factor with one level or with
    ///   a level for each row, and where the search does not end.
    public init(
        _ response: [Double], on design: DesignMatrix, factors: [[String]]
    ) throws {
        precondition(!factors.isEmpty, "MixedModel: no factor")
        let fixed = try LeastSquares(response, on: design)
        let codes = try factors.map { try fixed.codes($0) }
        for code in codes where code.count >= design.rows {
            throw RegressionError(
                "a random factor has \(code.count) levels for \(design.rows) rows; levels must "
                    + "repeat")
        }
        let system = MixedSystem(response, design, codes)
        let start = [Double](repeating: 1, count: factors.count)
        guard let best = Simplex.minimum(from: start, { system.solve($0)?.criterion ?? .infinity }),
            let solution = system.solve(best)
        else { throw RegressionError("the restricted likelihood has no maximum that was found") }
        criterion = solution.criterion
        residualVariance = solution.residualVariance
        variances = best.map { $0 * $0 * solution.residualVariance }
        levels = codes.map(\.count)
        coefficients = design.terms.indices.map {
            Coefficient(
                term: design.terms[$0], estimate: solution.estimates[$0],
                standardError: (solution.residualVariance * solution.inverse[$0, $0]).squareRoot(),
                degrees: .infinity)
        }
    }
}
