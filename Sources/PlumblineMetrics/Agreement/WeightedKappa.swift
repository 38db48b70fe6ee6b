/// How much a disagreement of two judges counts, by the distance of their categories.
public enum KappaWeights: String, CaseIterable, Sendable {
    /// Every disagreement counts 1 (Cohen 1960).
    case none
    /// `|i - j|`.
    case linear
    /// `(i - j)^2` (Cohen 1968).
    case quadratic

    fileprivate func weight(_ i: Int, _ j: Int) -> Double {
        switch self {
        case .none: i == j ? 0 : 1
        case .linear: Double(abs(i - j))
        case .quadratic: Double((i - j) * (i - j))
        }
    }
}

/// Cohen's weighted kappa of two judges: their agreement beyond chance.
///
/// It is `1 - sum(w O) / sum(w E)`, with the weights w of a disagreement, the observed counts O of
/// pairs of categories, and the counts E that independent judges with the same marginals would
/// have. At most 1; 0 is chance; higher is better. Cohen 1968; the same as scikit-learn's
/// `cohen_kappa_score`.
///
/// - Parameters:
///   - first: the category of each image, in `0 ..< categories`.
///   - second: the categories of the other judge, as many.
/// - Returns: missing without images, and where chance alone agrees perfectly, because both judges
///   give one and the same category only.
public func weightedKappa(
    _ first: [Int], _ second: [Int], categories: Int, weights: KappaWeights
) -> Measured {
    precondition(
        first.count == second.count, "weightedKappa: \(first.count) and \(second.count) images")
    precondition(
        (first + second).allSatisfy((0..<categories).contains),
        "weightedKappa: a category is not below \(categories)")
    guard !first.isEmpty else { return .missing(.noImages) }
    var firstCounts = [Double](repeating: 0, count: categories)
    var secondCounts = firstCounts
    var observed = 0.0
    for (a, b) in zip(first, second) {
        firstCounts[a] += 1
        secondCounts[b] += 1
        observed += weights.weight(a, b)
    }
    var expected = 0.0
    for i in 0..<categories {
        for j in 0..<categories {
            expected += weights.weight(i, j) * firstCounts[i] * secondCounts[j]
        }
    }
    expected /= Double(first.count)
    return expected > 0 ? .value(1 - observed / expected) : .missing(.chanceIsPerfect)
}
