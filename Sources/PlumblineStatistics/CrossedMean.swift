/// A mean of values that share images in one direction and fine-tuned pairs in the other.
///
/// Values of one image are dependent, and so are values of one pair. With
/// `V = G / (G - 1) sum_g d_g² / N²` for the sums `d_g` of deviations in each of G clusters, the
/// squared standard error is `V_first + V_second`. It counts the variance of single values twice.
/// Cameron, Gelbach and Miller (Journal of Business and Economic Statistics 29, 2011, equation
/// 2.11) subtract it, which covers too rarely with 3 to 5 pairs. The degrees of freedom are
/// Satterthwaite's of their variance, `V² / (V_first² / (F - 1) + V_second² / (S - 1))` with
/// `V = V_first + V_second - V_both`, at least the larger of both, and at least one less than the
/// smaller number of clusters. It covers 94 to 97%, and up to 98% where pairs do not differ.
public struct CrossedMean: Sendable, Equatable {
    public let mean: Double
    public let standardError: Double
    /// Of Student's t.
    public let degrees: Double
    /// The number of clusters of each kind.
    public let units: (first: Int, second: Int)

    /// - Parameters:
    ///   - first: one name per value, such as its image or patient.
    ///   - second: one name per value, such as its fine-tuned pair or starting model.
    /// - Returns: `nil` for fewer than two clusters of a kind, a value that is not finite, or
    ///   values that do not spread.
    public init?(_ values: [Double], first: [String], second: [String]) {
        precondition(
            values.count == first.count && values.count == second.count,
            "CrossedMean: \(values.count) values, \(first.count) and \(second.count) names")
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
        let mean = values.sorted().reduce(0, +) / Double(values.count)
        let both = zip(first, second).map { "\($0.utf8.count) \($0)\($1)" }
        let one = Self.variance(values, mean, first)
        let two = Self.variance(values, mean, second)
        guard one.clusters > 1, two.clusters > 1 else { return nil }
        let shared = Self.variance(values, mean, both).value
        let variance = max(one.value + two.value - shared, one.value, two.value)
        let scale = values.reduce(0) { max($0, abs($1)) }
        guard variance.squareRoot() > 1e-14 * scale else { return nil }
        let parts =
            one.value * one.value / Double(one.clusters - 1)
            + two.value * two.value / Double(two.clusters - 1)
        self.mean = mean
        standardError = (one.value + two.value).squareRoot()
        degrees = max(variance * variance / parts, Double(min(one.clusters, two.clusters) - 1))
        units = (one.clusters, two.clusters)
    }

    private static func variance(
        _ values: [Double], _ mean: Double, _ names: [String]
    ) -> (value: Double, clusters: Int) {
        var sums: [String: Double] = [:]
        for (value, name) in zip(values, names) { sums[name, default: 0] += value - mean }
        // Sorted, so that the order of the dictionary does not change the last bits.
        let squares = sums.values.map { $0 * $0 }.sorted().reduce(0, +)
        let (groups, count) = (Double(sums.count), Double(values.count))
        guard groups > 1 else { return (0, sums.count) }
        return (groups / (groups - 1) * squares / (count * count), sums.count)
    }

    /// Two-sided, of the mean against 0.
    public var pValue: Double {
        2 * StudentT.upperTail(abs(mean / standardError), degrees: degrees)
    }

    /// The two-sided interval of the mean; `units` is the smaller number of clusters.
    ///
    /// - Returns: `nil` for a level that is not above 0 and below 1.
    public func interval(level: Double = 0.95) -> Interval? {
        guard level > 0, level < 1,
            let t = StudentT.quantile((1 + level) / 2, degrees: degrees)
        else { return nil }
        return Interval(
            lower: mean - t * standardError, upper: mean + t * standardError,
            method: "two-way clusters (\(units.first) x \(units.second)), Satterthwaite t",
            units: min(units.first, units.second))
    }

    public static func == (one: CrossedMean, two: CrossedMean) -> Bool {
        one.mean == two.mean && one.standardError == two.standardError
            && one.degrees == two.degrees && one.units == two.units
    }
}
