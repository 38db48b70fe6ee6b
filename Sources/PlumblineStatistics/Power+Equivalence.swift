extension Power {
    /// The power of the two one-sided t tests of a mean within `margin`, where the true mean is 0.
    ///
    /// `P(|T| < margin sqrt(n) / deviation - t)` for T of Student's t with `n - 1` degrees of
    /// freedom and its quantile t at `1 - alpha`; at least 0. It takes the estimated deviation for
    /// the true one. From 5 units on it differs from a simulation by less than 0.03.
    ///
    /// - Parameters:
    ///   - margin: above 0.
    ///   - deviation: the standard deviation between units, above 0.
    ///   - units: at least 2.
    /// - Returns: from 0 to 1; `nil` outside of the ranges.
    public static func ofEquivalence(
        margin: Double, deviation: Double, units: Int, alpha: Double = 0.05
    ) -> Double? {
        let degrees = Double(units - 1)
        guard units >= 2, margin > 0, deviation > 0, deviation.isFinite, alpha > 0, alpha < 0.5,
            let limit = StudentT.quantile(1 - alpha, degrees: degrees)
        else { return nil }
        let width = margin * Double(units).squareRoot() / deviation - limit
        return width <= 0 ? 0 : 1 - 2 * StudentT.upperTail(width, degrees: degrees)
    }
}
