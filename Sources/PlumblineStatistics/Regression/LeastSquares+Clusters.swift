extension LeastSquares {
    /// The coefficients with errors that allow the rows of a cluster to be dependent (CR1).
    ///
    /// `V = c (X'X)⁻¹ (sum_g X_g' e_g e_g' X_g) (X'X)⁻¹` with
    /// `c = G / (G - 1) (n - 1) / (n - k)` for `G` clusters, and `G - 1` degrees of freedom.
    ///
    /// Liang and Zeger 1986; Cameron and Miller, Journal of Human Resources 50, 2015, section II.
    ///
    /// - Parameter clusters: one name per row.
    /// - Throws: ``RegressionError`` for fewer than two clusters.
    public func clustered(by clusters: [String]) throws -> [Coefficient] {
        let codes = try codes(clusters)
        return coefficients(covariance(codes), degrees: Double(codes.count - 1))
    }

    /// The same with two kinds of clusters that cross, such as images and models.
    ///
    /// `V = V_first + V_second - V_both`, each with its own factor `c`, where a cluster of `both`
    /// has the rows that share both names. The degrees of freedom are one less than the smaller
    /// number of clusters. Cameron, Gelbach and Miller, Journal of Business and Economic Statistics
    /// 29 (2011), equation 2.11; `statsmodels.stats.sandwich_covariance.cov_cluster_2groups`.
    ///
    /// - Throws: ``RegressionError`` for fewer than two clusters of a kind, or where the difference
    ///   leaves a variance below 0.
    public func clustered(by first: [String], and second: [String]) throws -> [Coefficient] {
        let both = zip(first, second).map { "\($0.utf8.count) \($0)\($1)" }
        let (one, two) = (try codes(first), try codes(second))
        let variance =
            covariance(one) + covariance(two) + -1 * covariance(try codes(both))
        for index in estimates.indices where variance[index, index] <= 0 {
            throw RegressionError(
                "the two-way variance of \(design.terms[index]) is not positive; there are too few "
                    + "clusters")
        }
        return coefficients(variance, degrees: Double(min(one.count, two.count) - 1))
    }

    /// The number of each row's cluster, in the order in which they appear.
    func codes(_ clusters: [String]) throws -> (codes: [Int], count: Int) {
        precondition(
            clusters.count == design.rows,
            "LeastSquares: \(clusters.count) clusters, \(design.rows) rows")
        var numbers: [String: Int] = [:]
        let codes = clusters.map { name -> Int in
            if let number = numbers[name] { return number }
            numbers[name] = numbers.count
            return numbers.count - 1
        }
        guard numbers.count > 1 else {
            throw RegressionError("\(numbers.count) cluster; at least 2 are needed")
        }
        return (codes, numbers.count)
    }

    private func covariance(_ clusters: (codes: [Int], count: Int)) -> Matrix {
        let k = estimates.count
        var scores = Matrix(rows: clusters.count, columns: k)
        for (term, column) in design.columns.enumerated() {
            for row in 0..<design.rows {
                scores[clusters.codes[row], term] += column[row] * residuals[row]
            }
        }
        var middle = Matrix(rows: k, columns: k)
        for cluster in 0..<clusters.count { middle.addSquare(of: Array(scores.row(cluster))) }
        let (n, groups) = (Double(design.rows), Double(clusters.count))
        let factor = groups / (groups - 1) * (n - 1) / (n - Double(k))
        return factor * (inverse * middle * inverse)
    }
}
