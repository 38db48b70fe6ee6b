import PlumblineTensors

/// Weighted least squares with a penalty on the squared coefficients.
///
/// - Parameters:
///   - rows: the predictors of each sample, `[samples][coefficients]`.
///   - goals: the value of each sample.
///   - weights: the weight of each sample.
///   - ridge: the penalty.
func ridgeRegression(
    _ rows: [[Double]], _ goals: [Double], _ weights: [Double], ridge: Double
) -> [Double] {
    let n = rows[0].count
    var matrix = [Double](repeating: 0, count: n * n)
    var right = [Double](repeating: 0, count: n)
    for ((row, goal), weight) in zip(zip(rows, goals), weights) {
        for i in 0..<n {
            let scaled = weight * row[i]
            if scaled == 0 { continue }
            right[i] += scaled * goal
            for j in 0..<n { matrix[i * n + j] += scaled * row[j] }
        }
    }
    for i in 0..<n { matrix[i * n + i] += ridge }
    return solvePositiveDefinite(matrix, right)
}
