/// A linear regression by ordinary least squares.
///
/// `b = argmin |y - X b|²` by Householder's QR decomposition.
public struct LeastSquares: Sendable {
    public let design: DesignMatrix
    public let response: [Double]
    /// In the order of the design's terms.
    public let estimates: [Double]
    public let residuals: [Double]
    /// `1 - sum e² / sum (y - mean y)²`.
    public let rSquared: Double
    /// `(X' X)⁻¹`.
    let inverse: Matrix

    /// - Throws: ``RegressionError`` for fewer rows than terms, a value that is not finite, or
    ///   columns that depend on each other.
    public init(_ response: [Double], on design: DesignMatrix) throws {
        let (n, k) = (design.rows, design.columns.count)
        precondition(response.count == n, "LeastSquares: \(response.count) values, \(n) rows")
        guard n > k else {
            throw RegressionError("\(n) observations are too few for \(k) coefficients")
        }
        guard response.allSatisfy(\.isFinite),
            design.columns.allSatisfy({ $0.allSatisfy(\.isFinite) })
        else { throw RegressionError("a value is not finite") }
        let triangle = try Self.reduced(response, design)
        var solution = triangle.projection
        var inverted = Matrix(rows: k, columns: k)
        for i in stride(from: k - 1, through: 0, by: -1) {
            for j in (i + 1)..<k { solution[i] -= triangle.upper[i, j] * solution[j] }
            solution[i] /= triangle.upper[i, i]
        }
        for column in 0..<k {
            for i in stride(from: column, through: 0, by: -1) {
                var sum = i == column ? 1.0 : 0
                for j in (i + 1)..<k {
                    sum -= triangle.upper[i, j] * inverted[j, column]
                }
                inverted[i, column] = sum / triangle.upper[i, i]
            }
        }
        inverse = inverted * inverted.transposed
        var rest = response
        for (column, estimate) in zip(design.columns, solution) {
            for row in 0..<n { rest[row] -= estimate * column[row] }
        }
        let mean = response.reduce(0, +) / Double(n)
        let total = response.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.design = design
        self.response = response
        estimates = solution
        residuals = rest
        rSquared = 1 - rest.reduce(0) { $0 + $1 * $1 } / total
    }

    /// The upper triangle of `X = Q R`, and the first rows of `Q' y`.
    private static func reduced(
        _ response: [Double], _ design: DesignMatrix
    ) throws -> (upper: Matrix, projection: [Double]) {
        let (n, k) = (design.rows, design.columns.count)
        var columns = design.columns
        var y = response
        var upper = Matrix(rows: k, columns: k)
        for j in 0..<k {
            let whole = columns[j].reduce(0) { $0 + $1 * $1 }.squareRoot()
            let norm = columns[j][j...].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 1e-10 * whole else {
                throw RegressionError(
                    "\(design.terms[j]) follows from the terms before it; its coefficient is not "
                        + "determined")
            }
            var reflector = Array(columns[j][j...])
            let sign = reflector[0] >= 0 ? 1.0 : -1
            reflector[0] += sign * norm
            let square = reflector.reduce(0) { $0 + $1 * $1 }
            func reflect(_ vector: inout [Double]) {
                var sum = 0.0
                for i in j..<n { sum += reflector[i - j] * vector[i] }
                let factor = 2 * sum / square
                for i in j..<n { vector[i] -= factor * reflector[i - j] }
            }
            for other in j..<k { reflect(&columns[other]) }
            reflect(&y)
            for i in 0...j { upper[i, j] = columns[j][i] }
        }
        return (upper, Array(y[..<k]))
    }

    /// The degrees of freedom of the residuals.
    public var residualDegrees: Int { design.rows - estimates.count }

    /// The coefficients with the usual errors, which suppose that all rows are independent and
    /// spread alike.
    ///
    /// `s² (X' X)⁻¹`, `s² = sum e² / (n - k)`, with `n - k` degrees of freedom.
    public var coefficients: [Coefficient] {
        let variance = residuals.reduce(0) { $0 + $1 * $1 } / Double(residualDegrees)
        return coefficients(variance * inverse, degrees: Double(residualDegrees))
    }

    func coefficients(_ covariance: Matrix, degrees: Double) -> [Coefficient] {
        estimates.indices.map {
            Coefficient(
                term: design.terms[$0], estimate: estimates[$0],
                standardError: covariance[$0, $0].squareRoot(), degrees: degrees)
        }
    }
}
