import COpenBLAS

// Small dense problems in double, by LAPACK. They work on arrays and need no engine.

/// The solution x of `matrix x = right`; NaN where the matrix is not positive definite.
///
/// - Parameter matrix: symmetric, in row-major order.
package func solvePositiveDefinite(_ matrix: [Double], _ right: [Double]) -> [Double] {
    require(
        matrix.count == right.count * right.count,
        "solve: \(matrix.count) entries for \(right.count) unknowns")
    var a = matrix
    var b = right
    var n = Int32(right.count)
    var columns: Int32 = 1
    var info: Int32 = 0
    dposv_("U", &n, &columns, &a, &n, &b, &n, &info)
    return info == 0 ? b : [Double](repeating: .nan, count: right.count)
}

/// The largest eigenvalue of a symmetric matrix and its eigenvector of length 1; NaN where the
/// iteration fails.
package func largestEigenpair(_ matrix: [Double], size: Int) -> (value: Double, vector: [Double]) {
    require(
        size > 0 && matrix.count == size * size,
        "eigenpair: \(matrix.count) entries for size \(size)")
    var a = matrix
    var n = Int32(size)
    var values = [Double](repeating: 0, count: size)
    var info: Int32 = 0
    var length = Int32(34 * size)
    var work = [Double](repeating: 0, count: 34 * size)
    dsyev_("V", "U", &n, &a, &n, &values, &work, &length, &info)
    guard info == 0 else { return (.nan, [Double](repeating: .nan, count: size)) }
    // Eigenvalues come in ascending order. LAPACK's columns are rows here.
    return (values[size - 1], Array(a[(size - 1) * size..<size * size]))
}
