import Foundation

/// Why an area under the ROC curve has no variance.
public enum AUROCDefect: String, Error, Sendable {
    case notFinite = "a score is not finite"
    case fewPositives = "fewer than 2 positive images"
    case fewNegatives = "fewer than 2 negative images"
    case fewPositiveGroups = "positive images of fewer than 2 patients"
    case fewNegativeGroups = "negative images of fewer than 2 patients"
}

/// An area under the ROC curve with its variance.
public struct AUROC: Sendable, Equatable {
    public let area: Double
    public let variance: Double
}

/// The areas of two models on the same images, and their difference.
public struct AUROCDifference: Sendable, Equatable {
    public let first: AUROC
    public let second: AUROC
    /// First minus second.
    public let difference: Double
    public let variance: Double
    /// The 95% interval.
    ///
    /// Normal where there is a variance. Where both models order every pair of a positive and a
    /// negative image alike, the variance is 0 and says nothing; the interval is then the exact
    /// bound of `largestUnseenShare`. `nil` where there is neither.
    public let interval: Interval?
    /// Two-sided, normal; `nil` where the variance is 0.
    public let pValue: Double?
    /// Positive images, or groups that have one.
    public let positiveUnits: Int
    /// Negative images, or groups that have one.
    public let negativeUnits: Int
}

/// The area under the ROC curve (equal scores count half) with DeLong's variance.
///
/// DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988); with groups (patients),
/// Obuchowski, Biometrics 53 (1997), which is the same where no group repeats. An empty group name
/// is an unknown group: such an image is a group of its own.
public func areaUnderROCWithVariance(
    scores: [Double], labels: [Bool], groups: [String]? = nil
) -> Result<AUROC, AUROCDefect> {
    Components.made(scores, labels, groups).map { AUROC(area: $0.area, variance: $0.variance) }
}

/// The difference of two models' areas under the ROC curve on the same images (paired).
///
/// Sources as for `areaUnderROCWithVariance`; the variance counts the models' covariance.
public func aurocDifference(
    scoresA: [Double], scoresB: [Double], labels: [Bool], groups: [String]? = nil
) -> Result<AUROCDifference, AUROCDefect> {
    Components.made(scoresA, labels, groups).flatMap { a in
        Components.made(scoresB, labels, groups).map { b in
            let varianceA = a.variance
            let varianceB = b.variance
            let difference = a.area - b.area
            let variance = a.minus(b).variance
            // What rounding leaves of 0 is no variance.
            let spread = variance > 1e-24 && difference.isFinite
            let error = variance.squareRoot()
            let unseen =
                !spread && ordersPairsAlike(scoresA, scoresB, labels)
                ? largestUnseenShare(of: a.disjointPairs) : nil
            return AUROCDifference(
                first: AUROC(area: a.area, variance: varianceA),
                second: AUROC(area: b.area, variance: varianceB), difference: difference,
                variance: spread ? variance : 0,
                interval: spread
                    ? Interval(
                        lower: difference - normalQuantile * error,
                        upper: difference + normalQuantile * error,
                        method: a.grouped ? "DeLong over groups" : "DeLong", units: a.units)
                    : unseen.map {
                        Interval(
                            lower: -$0, upper: $0, method: "no pair of images changes its order",
                            units: a.disjointPairs)
                    },
                pValue: spread ? erfc(abs(difference) / error / 2.0.squareRoot()) : nil,
                positiveUnits: Int(a.positiveGroups), negativeUnits: Int(a.negativeGroups))
        }
    }
}

/// The largest share, at 95%, of what was not seen once in `count` independent trials:
/// `1 - 0.05^(1 / count)`, about `3 / count` (Clopper and Pearson, Biometrika 26, 1934; the "rule
/// of three").
///
/// Two AUROCs differ by no more than the share of pairs of a positive and a negative image that
/// the models order differently.
public func largestUnseenShare(of count: Int) -> Double {
    count > 0 ? 1 - pow(0.05, 1 / Double(count)) : 1
}

/// Whether two models order every pair of a positive and a negative image alike.
///
/// All pairs are compared, in time of positives times negatives.
private func ordersPairsAlike(_ first: [Double], _ second: [Double], _ labels: [Bool]) -> Bool {
    let positives = labels.indices.filter { labels[$0] }
    let negatives = labels.indices.filter { !labels[$0] }
    return positives.allSatisfy { i in
        negatives.allSatisfy { j in
            (first[i] > first[j]) == (second[i] > second[j])
                && (first[i] < first[j]) == (second[i] < second[j])
        }
    }
}

/// The 97.5% point of the normal distribution.
private let normalQuantile = 1.959963984540054

/// The structural components of an area, as sums over groups of their deviations from it.
private struct Components {
    let area: Double
    /// By group: the positives' components less the area, divided by the number of positives.
    var positive: [Double]
    var negative: [Double]
    let positiveGroups: Double
    let negativeGroups: Double
    let grouped: Bool
    var units: Int { positive.count }
    /// Pairs of a positive and a negative image that share no group: independent of each other.
    var disjointPairs: Int {
        min(Int(min(positiveGroups, negativeGroups)), grouped ? units / 2 : units)
    }

    static func made(
        _ scores: [Double], _ labels: [Bool], _ groups: [String]?
    ) -> Result<Components, AUROCDefect> {
        precondition(scores.count == labels.count, "\(scores.count) scores, \(labels.count) labels")
        guard scores.allSatisfy(\.isFinite) else { return .failure(.notFinite) }
        let m = labels.count { $0 }
        let n = labels.count - m
        guard m > 1 else { return .failure(.fewPositives) }
        guard n > 1 else { return .failure(.fewNegatives) }
        let shares = placements(scores, labels)
        let area = zip(shares, labels).reduce(0) { $0 + ($1.1 ? $1.0 : 0) } / Double(m)

        let (group, count) = numbered(groups, scores.count)
        var positive = [Double](repeating: 0, count: count)
        var negative = positive
        var withPositive = Set<Int>()
        var withNegative = Set<Int>()
        for (image, share) in shares.enumerated() {
            if labels[image] {
                positive[group[image]] += (share - area) / Double(m)
                withPositive.insert(group[image])
            } else {
                negative[group[image]] += (share - area) / Double(n)
                withNegative.insert(group[image])
            }
        }
        guard withPositive.count > 1 else { return .failure(.fewPositiveGroups) }
        guard withNegative.count > 1 else { return .failure(.fewNegativeGroups) }
        return .success(
            Components(
                area: area, positive: positive, negative: negative,
                positiveGroups: Double(withPositive.count),
                negativeGroups: Double(withNegative.count), grouped: count < scores.count))
    }

    func minus(_ other: Components) -> Components {
        var result = self
        result.positive = zip(positive, other.positive).map { $0 - $1 }
        result.negative = zip(negative, other.negative).map { $0 - $1 }
        return result
    }

    /// The variance of an area or, after `minus`, of a difference: two squares,
    /// and twice the covariance of positives and negatives of one group.
    var variance: Double {
        let g = Double(units)
        let within = zip(positive, negative).reduce(0) { $0 + $1.0 * $1.1 }
        return max(
            0,
            Self.squares(positive) * positiveGroups / (positiveGroups - 1)
                + Self.squares(negative) * negativeGroups / (negativeGroups - 1)
                + 2 * within * g / (g - 1))
    }

    private static func squares(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }
    }

    /// A number from 0 on for the group of each image, and how many groups there are.
    private static func numbered(_ groups: [String]?, _ images: Int) -> ([Int], Int) {
        guard let groups else { return (Array(0..<images), images) }
        precondition(groups.count == images, "\(images) scores, \(groups.count) groups")
        var known: [String: Int] = [:]
        var count = 0
        let numbers = groups.map { name -> Int in
            if !name.isEmpty, let number = known[name] { return number }
            if !name.isEmpty { known[name] = count }
            count += 1
            return count - 1
        }
        return (numbers, count)
    }

    /// For each image, the share of images of the other class that it is on the right side of;
    /// equals count half.
    ///
    /// Ranks give it without a loop over all pairs (Sun and Xu, IEEE Signal Processing Letters 21,
    /// 2014).
    private static func placements(_ scores: [Double], _ labels: [Bool]) -> [Double] {
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        let positives = labels.count { $0 }
        let negatives = labels.count - positives
        var result = [Double](repeating: 0, count: scores.count)
        var positivesBelow = 0
        var negativesBelow = 0
        var start = 0
        while start < order.count {
            var end = start
            var equalPositives = 0
            while end < order.count, scores[order[end]] == scores[order[start]] {
                if labels[order[end]] { equalPositives += 1 }
                end += 1
            }
            let equalNegatives = end - start - equalPositives
            for image in order[start..<end] {
                if labels[image] {
                    result[image] =
                        (Double(negativesBelow) + Double(equalNegatives) / 2) / Double(negatives)
                } else {
                    let above = positives - positivesBelow - equalPositives
                    result[image] = (Double(above) + Double(equalPositives) / 2) / Double(positives)
                }
            }
            positivesBelow += equalPositives
            negativesBelow += equalNegatives
            start = end
        }
        return result
    }
}
