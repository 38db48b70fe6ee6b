import Foundation

/// The lower triangle `L` of a positive definite matrix `A = L L'`.
struct Cholesky {
    private(set) var lower: Matrix

    /// - Parameter matrix: only its lower triangle is read.
    /// - Returns: `nil` for a matrix that is not positive definite.
    init?(_ matrix: Matrix) {
        let n = matrix.rows
        var values = matrix.values
        let isPositive = values.withUnsafeMutableBufferPointer { Self.factor($0, n) }
        guard isPositive else { return nil }
        lower = Matrix(rows: n, columns: n)
        lower.values = values
    }

    /// Replaces a matrix of n rows by its lower triangle.
    private static func factor(_ values: UnsafeMutableBufferPointer<Double>, _ n: Int) -> Bool {
        for i in 0..<n {
            for j in 0...i {
                var sum = values[i * n + j]
                let (a, b) = (i * n, j * n)
                for k in 0..<j { sum -= values[a + k] * values[b + k] }
                if i == j {
                    guard sum > 0, sum.isFinite else { return false }
                    values[i * n + i] = sum.squareRoot()
                } else {
                    values[i * n + j] = sum / values[j * n + j]
                }
            }
            for j in (i + 1)..<n { values[i * n + j] = 0 }
        }
        return true
    }

    /// The logarithm of the determinant of `A`.
    var logDeterminant: Double {
        var sum = 0.0
        for i in 0..<lower.rows { sum += log(lower[i, i]) }
        return 2 * sum
    }

    /// `L⁻¹ vector`.
    func forward(_ vector: [Double]) -> [Double] {
        var x = vector
        for i in 0..<lower.rows {
            for k in 0..<i { x[i] -= lower[i, k] * x[k] }
            x[i] /= lower[i, i]
        }
        return x
    }

    /// `A⁻¹ vector`.
    func solve(_ vector: [Double]) -> [Double] {
        var x = forward(vector)
        for i in stride(from: lower.rows - 1, through: 0, by: -1) {
            for k in (i + 1)..<lower.rows { x[i] -= lower[k, i] * x[k] }
            x[i] /= lower[i, i]
        }
        return x
    }

    /// `A⁻¹`.
    var inverse: Matrix {
        let n = lower.rows
        var result = Matrix(rows: n, columns: n)
        for j in 0..<n {
            var unit = [Double](repeating: 0, count: n)
            unit[j] = 1
            for (i, value) in solve(unit).enumerated() { result[i, j] = value }
        }
        return result
    }
}
