/// How two judges agree on the same images, in scores from 0 to 5.
///
/// Images that one of the judges has no score of are left out, and counted.
public struct JudgeAgreement: Sendable, Equatable {
    /// The images that both judges have scored.
    public let count: Int
    /// The images without a score of one judge.
    public let left: Int
    /// Pearson's correlation of the scores, from -1 to 1.
    public let pearson: Measured
    /// ``weightedKappa(_:_:categories:weights:)`` of the scores, rounded to whole numbers (halves
    /// away from 0).
    public let linearKappa: Measured
    /// The same with quadratic weights.
    public let quadraticKappa: Measured
    /// The share of images whose scores differ by at most the tolerance, from 0 to 1.
    public let acceptanceRate: Measured
    /// The share of images whose scores are on the same side of the threshold, from 0 to 1.
    public let sameSide: Measured

    /// - Parameters:
    ///   - first: the scores of one judge, from 0 to 5; `nil` where there is none.
    ///   - second: the scores of the other judge, as many.
    ///   - tolerance: the largest difference that is accepted.
    ///   - threshold: a score of at least this is high.
    public init(
        _ first: [Double?], _ second: [Double?], tolerance: Double = 1, threshold: Double = 2.5
    ) {
        precondition(
            first.count == second.count, "JudgeAgreement: \(first.count), \(second.count) images")
        let pairs = zip(first, second).compactMap { a, b -> (Double, Double)? in
            guard let a, let b else { return nil }
            return (a, b)
        }
        precondition(
            pairs.allSatisfy { (0...5).contains($0) && (0...5).contains($1) },
            "JudgeAgreement: a score is not from 0 to 5")
        count = pairs.count
        left = first.count - pairs.count
        let (a, b) = (pairs.map(\.0), pairs.map(\.1))
        pearson = Self.correlation(a, b)
        func kappa(_ weights: KappaWeights) -> Measured {
            weightedKappa(
                a.map { Int($0.rounded()) }, b.map { Int($0.rounded()) }, categories: 6,
                weights: weights)
        }
        linearKappa = kappa(.linear)
        quadraticKappa = kappa(.quadratic)
        func share(_ isCounted: ((Double, Double)) -> Bool) -> Measured {
            pairs.isEmpty
                ? .missing(.noImages)
                : .value(Double(pairs.count(where: isCounted)) / Double(pairs.count))
        }
        acceptanceRate = share { abs($0.0 - $0.1) <= tolerance }
        sameSide = share { ($0.0 >= threshold) == ($0.1 >= threshold) }
    }

    private static func correlation(_ first: [Double], _ second: [Double]) -> Measured {
        if first.isEmpty { return .missing(.noImages) }
        // A mean of equal numbers may differ from them in the last bit.
        guard Set(first).count > 1, Set(second).count > 1 else {
            return .missing(MissingReason(rawValue: "all scores of a judge are equal"))
        }
        return pearsonCorrelation(first, second)
    }
}
