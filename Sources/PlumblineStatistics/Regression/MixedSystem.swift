import Foundation

/// The equations of a mixed model for given ratios of standard deviations.
///
/// The factor with most levels has a diagonal block, which is eliminated first. What remains is a
/// dense system of the other factors' levels.
struct MixedSystem {
    struct Solution {
        var criterion: Double
        var residualVariance: Double
        var estimates: [Double]
        /// `(X' V⁻¹ X)⁻¹`.
        var inverse: Matrix
    }

    private let rows: Int
    private let terms: Int
    /// The place among the factors of the one that is eliminated.
    private let eliminated: Int
    /// The rows of each of its levels.
    private let counts: [Double]
    /// For each of its levels: how many rows each level of the others has there.
    private let crossing: [[(column: Int, count: Double)]]
    /// The products of the other factors' levels, `Z' Z`.
    private let others: Matrix
    /// The factor of each column of ``others``.
    private let owner: [Int]
    /// `Z' [X y]` of the eliminated factor and of the others.
    private let ownRight: Matrix
    private let otherRight: Matrix
    /// `[X y]' [X y]`.
    private let squares: Matrix

    init(
        _ response: [Double], _ design: DesignMatrix, _ factors: [(codes: [Int], count: Int)]
    ) {
        rows = design.rows
        terms = design.columns.count
        let columns = design.columns + [response]
        let largest = factors.indices.max { factors[$0].count < factors[$1].count }!
        eliminated = largest
        var offsets: [Int: Int] = [:]
        var owner: [Int] = []
        for index in factors.indices where index != largest {
            offsets[index] = owner.count
            owner += [Int](repeating: index, count: factors[index].count)
        }
        var counts = [Double](repeating: 0, count: factors[largest].count)
        var crossing = [[Int: Double]](repeating: [:], count: factors[largest].count)
        var others = Matrix(rows: owner.count, columns: owner.count)
        var ownRight = Matrix(rows: counts.count, columns: columns.count)
        var otherRight = Matrix(rows: owner.count, columns: columns.count)
        var squares = Matrix(rows: columns.count, columns: columns.count)
        for row in 0..<design.rows {
            let own = factors[largest].codes[row]
            counts[own] += 1
            let places = offsets.map { $0.value + factors[$0.key].codes[row] }
            for place in places {
                crossing[own][place, default: 0] += 1
                for other in places { others[place, other] += 1 }
            }
            let values = columns.map { $0[row] }
            for (column, value) in values.enumerated() {
                ownRight[own, column] += value
                for place in places { otherRight[place, column] += value }
            }
            squares.addSquare(of: values)
        }
        self.counts = counts
        self.crossing = crossing.map { level in
            level.sorted { $0.key < $1.key }.map { (column: $0.key, count: $0.value) }
        }
        self.others = others
        self.owner = owner
        self.ownRight = ownRight
        self.otherRight = otherRight
        self.squares = squares
    }

    /// - Parameter theta: the standard deviation of each factor divided by that of the residuals.
    /// - Returns: `nil` where the equations cannot be solved.
    func solve(_ theta: [Double]) -> Solution? {
        let scale = theta[eliminated]
        var logDeterminant = 0.0
        var dense = others
        var right = otherRight
        var rest = squares
        for i in 0..<owner.count {
            for j in 0..<owner.count { dense[i, j] *= theta[owner[i]] * theta[owner[j]] }
            dense[i, i] += 1
            for column in 0..<right.columns { right[i, column] *= theta[owner[i]] }
        }
        for level in counts.indices {
            let diagonal = 1 + scale * scale * counts[level]
            logDeterminant += log(diagonal)
            let own = ownRight.row(level).map { $0 * scale }
            rest.addSquare(of: own, factor: -1 / diagonal)
            for (i, count) in crossing[level] {
                let weight = count * scale * theta[owner[i]] / diagonal
                guard weight != 0 else { continue }
                for (j, other) in crossing[level] {
                    dense[i, j] -= weight * other * scale * theta[owner[j]]
                }
                for column in own.indices { right[i, column] -= weight * own[column] }
            }
        }
        if !owner.isEmpty {
            guard let factor = Cholesky(dense) else { return nil }
            logDeterminant += factor.logDeterminant
            let reduced = (0..<right.columns).map { column in
                factor.forward((0..<owner.count).map { right[$0, column] })
            }
            for i in reduced.indices {
                for j in reduced.indices {
                    rest[i, j] -= zip(reduced[i], reduced[j]).reduce(0) { $0 + $1.0 * $1.1 }
                }
            }
        }
        return solution(rest, logDeterminant)
    }

    /// - Parameter rest: `[X y]' V⁻¹ [X y]`.
    private func solution(_ rest: Matrix, _ logDeterminant: Double) -> Solution? {
        var normal = Matrix(rows: terms, columns: terms)
        for i in 0..<terms { for j in 0..<terms { normal[i, j] = rest[i, j] } }
        guard let factor = Cholesky(normal) else { return nil }
        let moments = (0..<terms).map { rest[$0, terms] }
        let estimates = factor.solve(moments)
        let residual = rest[terms, terms] - zip(estimates, moments).reduce(0) { $0 + $1.0 * $1.1 }
        let degrees = Double(rows - terms)
        guard residual > 0 else { return nil }
        return Solution(
            criterion: logDeterminant + factor.logDeterminant + degrees
                * (1 + log(2 * Double.pi * residual / degrees)),
            residualVariance: residual / degrees, estimates: estimates, inverse: factor.inverse)
    }
}
