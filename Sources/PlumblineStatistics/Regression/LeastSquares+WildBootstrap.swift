/// The outcome of a wild cluster bootstrap.
public struct WildBootstrapResult: Sendable, Equatable {
    /// The t statistic of the coefficient with CR1 errors.
    public let statistic: Double
    /// Two-sided, symmetric.
    public let pValue: Double
    public let clusters: Int
    /// Sign patterns that were compared; all of them where ``isExact``.
    public let draws: Int
    public let isExact: Bool
}

extension LeastSquares {
    /// Tests one coefficient against 0 by the wild cluster bootstrap with the null imposed: for few
    /// clusters.
    ///
    /// The model is fitted without the term. Its residuals are multiplied by +1 or -1 (Rademacher),
    /// one sign per cluster, and each such response is fitted with the whole design. The p value is
    /// the share of draws whose |t|, with CR1 errors, is at least the observed one. Cameron,
    /// Gelbach and Miller, Review of Economics and Statistics 90 (2008), section III.
    ///
    /// Up to 12 clusters all `2^G` patterns are compared. With fewer than 6 the p value is coarse.
    ///
    /// - Parameters:
    ///   - term: a name of the design.
    ///   - clusters: one name per row.
    /// - Throws: ``RegressionError`` for a term that there is none of, or fewer than two clusters.
    public func wildBootstrap(
        _ term: String, by clusters: [String], draws: Int = 9_999, seed: UInt64 = 0
    ) throws -> WildBootstrapResult {
        guard let place = design.terms.firstIndex(of: term) else {
            throw RegressionError(
                "no term \(term); there are \(design.terms.joined(separator: ", "))")
        }
        let groups = try codes(clusters)
        let observed = try clustered(by: clusters)[place].statistic
        let null = try LeastSquares(response, on: design.removing(place))
        let fitted = response.indices.map { response[$0] - null.residuals[$0] }
        let parts = BootstrapParts(self, place, groups, fitted: fitted, residuals: null.residuals)
        let isExact = groups.count <= 12
        let count = isExact ? 1 << groups.count : draws
        var random = SplitMix64(seed: seed)
        var reached = 0
        for draw in 0..<count {
            let signs = (0..<groups.count).map { group -> Double in
                (isExact ? draw >> group & 1 == 0 : random.next() >> 63 == 0) ? 1 : -1
            }
            // The two patterns of equal signs give the observed statistic but for rounding.
            if abs(parts.statistic(signs)) >= abs(observed) * (1 - 1e-10) { reached += 1 }
        }
        return WildBootstrapResult(
            statistic: observed,
            pValue: isExact
                ? Double(reached) / Double(count) : Double(reached + 1) / Double(count + 1),
            clusters: groups.count, draws: count, isExact: isExact)
    }
}

/// What does not change from one draw to the next.
///
/// The residuals of a draw are linear in the signs, so a draw costs as many steps as the square of
/// the number of clusters, whatever the number of rows.
private struct BootstrapParts {
    private let count: Int
    private let place: Int
    private let factor: Double
    /// The coefficient: a constant and one share per cluster.
    private var estimate: [Double]
    /// The score of each cluster for the coefficient: a constant and one share per cluster.
    private var scores: [[Double]]

    init(
        _ fit: LeastSquares, _ place: Int, _ groups: (codes: [Int], count: Int), fitted: [Double],
        residuals: [Double]
    ) {
        count = groups.count
        self.place = place
        let (n, k, g) = (Double(fit.design.rows), Double(fit.estimates.count), Double(count))
        factor = g / (g - 1) * (n - 1) / (n - k)
        estimate = []
        scores = [[Double]](repeating: [], count: groups.count)
        for source in -1..<groups.count {
            // The response that this part contributes.
            let y = groups.codes.indices.map { row -> Double in
                source < 0 ? fitted[row] : groups.codes[row] == source ? residuals[row] : 0
            }
            let moments = fit.design.columns.map { column in
                zip(column, y).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let b = fit.inverse.times(moments)
            estimate.append(b[place])
            var sums = [Double](repeating: 0, count: groups.count)
            for row in groups.codes.indices {
                let x = fit.design.row(row)
                let rest = y[row] - zip(x, b).reduce(0) { $0 + $1.0 * $1.1 }
                var weight = 0.0
                for term in x.indices { weight += fit.inverse[place, term] * x[term] }
                sums[groups.codes[row]] += weight * rest
            }
            for (group, sum) in sums.enumerated() { scores[group].append(sum) }
        }
    }

    /// The t statistic of a draw.
    func statistic(_ signs: [Double]) -> Double {
        var value = estimate[0]
        for group in signs.indices { value += signs[group] * estimate[group + 1] }
        var variance = 0.0
        for score in scores {
            var sum = score[0]
            for group in signs.indices { sum += signs[group] * score[group + 1] }
            variance += sum * sum
        }
        return value / (factor * variance).squareRoot()
    }
}
