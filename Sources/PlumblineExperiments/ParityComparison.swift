/// Running sums over two vectors.
///
/// A value that is not finite makes the error infinite, so that it never passes.
struct ParityComparison {
    private var largestDifference = 0.0
    private var squaredDistance = 0.0
    private var expectedSquares = 0.0
    private var actualSquares = 0.0
    private var products = 0.0

    mutating func add(_ values: [Float], _ expected: [Float]) {
        for (value, expectedValue) in zip(values, expected) {
            let a = Double(value)
            let b = Double(expectedValue)
            let difference = a.isFinite && b.isFinite ? abs(a - b) : .infinity
            largestDifference = max(largestDifference, difference)
            squaredDistance += difference * difference
            expectedSquares += b * b
            actualSquares += a * a
            products += a * b
        }
    }

    /// - Parameter base: the smallest limit. `nil` for a quantity that is only shown.
    func row(_ name: String, float32Error: Double, base: Double?) -> ParityRow {
        let relativeError =
            squaredDistance == 0
            ? 0 : (squaredDistance / max(expectedSquares, 1e-60)).squareRoot()
        return ParityRow(
            name: name, maxDifference: largestDifference, relativeError: relativeError,
            float32Error: float32Error,
            cosine: products / max((actualSquares * expectedSquares).squareRoot(), 1e-60),
            limit: base.map { max($0, 4 * float32Error) })
    }
}
