/// Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations.
///
/// Golub and Van Loan, Matrix Computations (2013), section 8.5. It is for matrices of at most some
/// dozens of rows.
struct SymmetricEigen {
    private(set) var values: [Double]
    /// The eigenvectors are its columns.
    private(set) var vectors: Matrix

    init(_ matrix: Matrix) {
        var a = matrix
        let n = a.rows
        vectors = .identity(n)
        for _ in 0..<60 {
            var off = 0.0
            var all = 0.0
            for i in 0..<n {
                for j in 0..<n {
                    all += a[i, j] * a[i, j]
                    if i != j { off += a[i, j] * a[i, j] }
                }
            }
            guard off > 1e-34 * all else { break }
            for p in 0..<n {
                for q in (p + 1)..<n { Self.rotate(&a, &vectors, p, q) }
            }
        }
        values = (0..<n).map { a[$0, $0] }
    }

    /// Makes the element (p, q) zero.
    private static func rotate(_ a: inout Matrix, _ vectors: inout Matrix, _ p: Int, _ q: Int) {
        guard a[p, q] != 0 else { return }
        let tau = (a[q, q] - a[p, p]) / (2 * a[p, q])
        let t = (tau >= 0 ? 1.0 : -1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        for k in 0..<a.rows {
            let (x, y) = (a[k, p], a[k, q])
            a[k, p] = c * x - s * y
            a[k, q] = s * x + c * y
        }
        for k in 0..<a.rows {
            let (x, y) = (a[p, k], a[q, k])
            a[p, k] = c * x - s * y
            a[q, k] = s * x + c * y
        }
        for k in 0..<a.rows {
            let (x, y) = (vectors[k, p], vectors[k, q])
            vectors[k, p] = c * x - s * y
            vectors[k, q] = s * x + c * y
        }
    }
}
