import COpenBLAS

// Small dense problems in double, by LAPACK.

/// The solution of `matrix x = right` for a symmetric positive definite matrix, row by row; NaN
/// where it is not.
package func solvePositiveDefinite(_ matrix: [Double], _ right: [Double]) -> [Double] {
    require(
        matrix.count == right.count * right.count,
        "solve: \(matrix.count) entries for \(right.count) unknowns")
    var a = matrix, b = right, n = Int32(right.count), columns: Int32 = 1, info: Int32 = 0
    dposv_("U", &n, &columns, &a, &n, &b, &n, &info)
    return info == 0 ? b : [Double](repeating: .nan, count: right.count)
}

/// The largest eigenvalue of a symmetric matrix and its vector of length 1; NaN where the iteration
/// fails.
package func largestEigenpair(_ matrix: [Double], size: Int) -> (value: Double, vector: [Double]) {
    require(
        size > 0 && matrix.count == size * size,
        "eigenpair: \(matrix.count) entries for size \(size)")
    var a = matrix, n = Int32(size), values = [Double](repeating: 0, count: size), info: Int32 = 0
    var length = Int32(34 * size), work = [Double](repeating: 0, count: 34 * size)
    dsyev_("V", "U", &n, &a, &n, &values, &work, &length, &info)
    guard info == 0 else { return (.nan, [Double](repeating: .nan, count: size)) }
    // Ascending order; LAPACK's columns are rows here.
    return (values[size - 1], Array(a[(size - 1) * size..<size * size]))
}
