import COpenBLAS
import Foundation

/// The lower triangle `L` of a positive definite matrix `A = L L'` (LAPACK's `dpotrf`).
struct Cholesky {
    private(set) var lower: Matrix

    /// - Parameter matrix: only its lower triangle is read.
    /// - Returns: `nil` for a matrix that is not positive definite.
    init?(_ matrix: Matrix) {
        var factor = matrix
        var n = Int32(matrix.rows)
        var status: Int32 = 0
        // LAPACK reads by columns: our lower triangle is its upper one.
        dpotrf_("U", &n, &factor.values, &n, &status)
        guard status == 0 else { return nil }
        for i in 0..<matrix.rows {
            // Not every LAPACK notices numbers that are not finite.
            guard factor[i, i].isFinite else { return nil }
            for j in (i + 1)..<matrix.rows { factor[i, j] = 0 }
        }
        lower = factor
    }

    /// The logarithm of the determinant of `A`.
    var logDeterminant: Double {
        (0..<lower.rows).reduce(0) { $0 + 2 * log(lower[$1, $1]) }
    }

    /// `L⁻¹ vector`.
    func forward(_ vector: [Double]) -> [Double] { solve(vector, CblasNoTrans) }

    /// `A⁻¹ vector`.
    func solve(_ vector: [Double]) -> [Double] { solve(forward(vector), CblasTrans) }

    private func solve(_ vector: [Double], _ side: CBLAS_TRANSPOSE) -> [Double] {
        precondition(vector.count == lower.rows, "Cholesky: a vector of \(vector.count)")
        var x = vector
        let n = Int32(lower.rows)
        cblas_dtrsv(
            CblasRowMajor, CblasLower, side, CblasNonUnit, n, lower.values, max(1, n), &x, 1)
        return x
    }

    /// `A⁻¹` (LAPACK's `dpotri`).
    var inverse: Matrix {
        var result = lower
        var n = Int32(lower.rows)
        var status: Int32 = 0
        dpotri_("U", &n, &result.values, &n, &status)
        precondition(status == 0, "Cholesky: a zero on the diagonal")
        for i in 0..<lower.rows { for j in 0..<i { result[j, i] = result[i, j] } }
        return result
    }
}
