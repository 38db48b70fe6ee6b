import COpenBLAS

/// Eigenvalues and eigenvectors of a symmetric matrix (LAPACK's `dsyev`).
struct SymmetricEigen {
    /// From the smallest to the largest.
    private(set) var values: [Double]
    /// The eigenvectors are its columns.
    private(set) var vectors: Matrix

    /// - Parameter matrix: finite; only its lower triangle is read.
    init(_ matrix: Matrix) {
        var rows = matrix
        var n = Int32(matrix.rows)
        values = [Double](repeating: 0, count: matrix.rows)
        var work = [Double](repeating: 0, count: max(1, 34 * matrix.rows))
        var length = Int32(work.count)
        var status: Int32 = 0
        dsyev_("V", "U", &n, &rows.values, &n, &values, &work, &length, &status)
        precondition(status == 0, "SymmetricEigen: no convergence")
        // LAPACK writes by columns, so that each of our rows is an eigenvector.
        vectors = rows.transposed
    }
}
