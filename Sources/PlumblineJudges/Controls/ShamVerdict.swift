import PlumblineStatistics

/// Whether a judge separates the true mask from a mask of the same area elsewhere.
///
/// A judge that does not is blind: its scores of explanations mean nothing. The scores of both
/// pictures of an image are a pair; Wilcoxon's signed-rank test compares them.
public struct ShamVerdict: Sendable, Equatable {
    public enum Outcome: String, Sendable {
        case separates
        case blind
        /// Fewer pairs than a significant result needs.
        case tooFew = "too few controls"
    }

    /// Pairs in which both pictures have a score.
    public let pairs: Int
    /// Pairs in which one has none.
    public let missing: Int
    /// The mean score of the true masks; `nil` without pairs.
    public let trueMean: Double?
    /// The mean score of the masks elsewhere; `nil` without pairs.
    public let shamMean: Double?
    /// Two-sided; `nil` if all differences are 0.
    public let pValue: Double?
    public let outcome: Outcome

    /// The fewest pairs: six differences of one sign have p = 0.031.
    public static let fewest = 6
    /// A p value below it is significant.
    public static let level = 0.05

    /// - Parameter scores: of the true mask and of the mask elsewhere, by image; `nil` where the
    ///   judge gave none.
    public init(_ scores: [(trueMask: Double?, elsewhere: Double?)]) {
        let pairs = scores.compactMap { pair -> (Double, Double)? in
            guard let a = pair.trueMask, let b = pair.elsewhere else { return nil }
            return (a, b)
        }
        self.pairs = pairs.count
        missing = scores.count - pairs.count
        guard !pairs.isEmpty else {
            (trueMean, shamMean, pValue) = (nil, nil, nil)
            outcome = .tooFew
            return
        }
        let high = pairs.reduce(0) { $0 + $1.0 } / Double(pairs.count)
        let low = pairs.reduce(0) { $0 + $1.1 } / Double(pairs.count)
        trueMean = high
        shamMean = low
        pValue = wilcoxonSignedRank(pairs.map { $0.0 - $0.1 })?.pValue
        if pairs.count < Self.fewest {
            outcome = .tooFew
        } else {
            let isSignificant = (pValue ?? 1) < Self.level
            outcome = isSignificant && high > low ? .separates : .blind
        }
    }

    private var pText: String {
        guard let pValue else { return "no difference" }
        return pValue < 1e-4 ? "p < 0.0001" : "p \(fixed(pValue, 4))"
    }

    /// One line for people.
    public var text: String {
        guard let trueMean, let shamMean else {
            return "sham controls: none has a score (\(missing) missing); the judge is not tested"
        }
        let gap = missing > 0 ? ", \(missing) missing" : ""
        let figures =
            "true mask \(fixed(trueMean, 2)), same area elsewhere \(fixed(shamMean, 2)), "
            + "\(pText), \(pairs) images\(gap)"
        switch outcome {
        case .separates: return "sham controls: the judge separates them (\(figures))"
        case .blind: return "sham controls: the judge is BLIND (\(figures))"
        case .tooFew:
            return "sham controls: too few to tell, \(Self.fewest) are needed (\(figures))"
        }
    }
}
