extension LeastSquares {
    /// The coefficients with the bias-reduced clustered errors CR2 and Satterthwaite's degrees of
    /// freedom: for few clusters.
    ///
    /// `V = M (sum_g X_g' A_g e_g e_g' A_g X_g) M` with `M = (X'X)⁻¹` and
    /// `A_g = (I - X_g M X_g')^(-1/2)`, so that V is unbiased where the rows are independent and
    /// spread alike. A coefficient's degrees of freedom are those of a chi-square with the mean and
    /// variance of its V under that model. Bell and McCaffrey, Survey Methodology 28 (2002);
    /// Pustejovsky and Tipton, Journal of Business and Economic Statistics 36 (2018);
    /// `vcovCR(type = "CR2")` and `coef_test(test = "Satterthwaite")` of R's clubSandwich.
    ///
    /// - Parameter clusters: one name per row.
    /// - Throws: ``RegressionError`` for fewer than two clusters.
    public func clusteredCR2(by clusters: [String]) throws -> [Coefficient] {
        let codes = try codes(clusters)
        var members = [[Int]](repeating: [], count: codes.count)
        for (row, code) in codes.codes.enumerated() { members[code].append(row) }
        // B = X L with M = L L': then X_g M X_g' = B_g B_g', whose eigenvectors follow from the
        // small matrix B_g' B_g.
        guard let root = Cholesky(inverse)?.lower else {
            throw RegressionError("the columns of the design nearly depend on each other")
        }
        let k = estimates.count
        var middle = Matrix(rows: k, columns: k)
        // For coefficient j and cluster g: p_g = A_g X_g M_j, its square and X_g' p_g.
        var squares = Matrix(rows: codes.count, columns: k)
        var products = [[Double]](repeating: [], count: codes.count * k)
        for (cluster, rows) in members.enumerated() {
            let adjusted = adjustedDesign(rows, root)
            var score = [Double](repeating: 0, count: k)
            for (place, row) in rows.enumerated() {
                for term in 0..<k { score[term] += adjusted[place, term] * residuals[row] }
            }
            middle.addSquare(of: score)
            let weights = adjusted * inverse
            for term in 0..<k {
                var product = [Double](repeating: 0, count: k)
                for (place, row) in rows.enumerated() {
                    let weight = weights[place, term]
                    squares[cluster, term] += weight * weight
                    for column in 0..<k { product[column] += weight * design.columns[column][row] }
                }
                products[cluster * k + term] = product
            }
        }
        let variance = inverse * middle * inverse
        return (0..<k).map { term in
            Coefficient(
                term: design.terms[term], estimate: estimates[term],
                standardError: variance[term, term].squareRoot(),
                degrees: degrees(
                    squares: (0..<codes.count).map { squares[$0, term] },
                    products: (0..<codes.count).map { products[$0 * k + term] }))
        }
    }

    /// `A_g X_g` for the rows of a cluster.
    private func adjustedDesign(_ rows: [Int], _ root: Matrix) -> Matrix {
        let k = estimates.count
        var x = Matrix(rows: rows.count, columns: k)
        for (place, row) in rows.enumerated() {
            for term in 0..<k { x[place, term] = design.columns[term][row] }
        }
        let b = x * root
        let eigen = SymmetricEigen(b.transposed * b)
        // A = I + B V f(Λ) V' B' with f(λ) = ((1 - λ)^(-1/2) - 1) / λ. Where λ is 1, the
        // pseudo-inverse leaves that direction out.
        var middle = Matrix(rows: k, columns: k)
        for index in 0..<k {
            let value = eigen.values[index]
            guard value > 1e-14 else { continue }
            let rest = 1 - value
            let inverseRoot = rest > 1e-10 ? 1 / rest.squareRoot() : 0
            middle.addSquare(
                of: (0..<k).map { eigen.vectors[$0, index] }, factor: (inverseRoot - 1) / value)
        }
        return x + b * (middle * (b.transposed * x))
    }

    /// `(tr Q)² / tr Q²` with `Q_gh = p_g' (I - H)_gh p_h`.
    private func degrees(squares: [Double], products: [[Double]]) -> Double {
        let halves = products.map { inverse.times($0) }
        var trace = 0.0
        var square = 0.0
        for g in squares.indices {
            for h in squares.indices {
                var element = g == h ? squares[g] : 0
                for column in halves[h].indices {
                    element -= products[g][column] * halves[h][column]
                }
                if g == h { trace += element }
                square += element * element
            }
        }
        return trace * trace / square
    }
}
