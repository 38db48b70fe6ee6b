/// A mean over clusters with the bias-reduced error CR2 and Satterthwaite's degrees of freedom: for
/// few clusters, also of very different sizes.
///
/// The mean is that of all values. With `s_g` values in cluster g, `N` in all, and the sum `d_g` of
/// a cluster's deviations, `V = sum d_g² / (1 - s_g / N) / N²`. The degrees of freedom are
/// `(tr Q)² / tr Q²` with `Q_gh = (a_g² s_g [g = h] - a_g s_g a_h s_h / N) / N²` and
/// `a_g = (1 - s_g / N)^(-1/2)`. Bell and McCaffrey, Survey Methodology 28 (2002). It is
/// ``LeastSquares/clusteredCR2(by:)`` of an intercept alone. For clusters of one size it is
/// Student's t over the means of the clusters.
public struct ClusteredMean: Sendable, Equatable {
    public let mean: Double
    public let standardError: Double
    /// Of Student's t; the number of clusters less 1 where they have one size, else fewer.
    public let degrees: Double
    /// The number of clusters.
    public let units: Int
    /// The number of values.
    public let count: Int

    /// - Parameter groups: one name per value; an empty name is a cluster of its own. By default
    ///   every value is a cluster.
    /// - Returns: `nil` for fewer than two clusters, a value that is not finite, or clusters that
    ///   are equal, since nothing tells how they spread.
    public init?(_ values: [Double], groups: [String]? = nil) {
        guard values.allSatisfy(\.isFinite) else { return nil }
        let clusters = clusters(values, groups)
        guard clusters.count > 1 else { return nil }
        let total = Double(values.count)
        let mean = values.sorted().reduce(0, +) / total
        var variance = 0.0
        var trace = 0.0
        var products = 0.0
        // tr Q² = sum_g q_g² - 2 sum_g q_g p_g² + (sum_g p_g²)², with Q = diag(q) - p p'.
        var squares = 0.0
        var mixed = 0.0
        for cluster in clusters {
            let size = Double(cluster.count)
            let weight = 1 / (1 - size / total)
            let deviation = cluster.reduce(0) { $0 + ($1 - mean) }
            variance += deviation * deviation * weight / (total * total)
            let diagonal = weight * size / (total * total)
            let product = weight * size * size / (total * total * total)
            trace += diagonal - product
            products += product
            squares += diagonal * diagonal
            mixed += diagonal * product
        }
        let scale = values.reduce(0) { max($0, abs($1)) }
        guard variance.squareRoot() > 1e-14 * scale else { return nil }
        self.mean = mean
        standardError = variance.squareRoot()
        degrees = trace * trace / (squares - 2 * mixed + products * products)
        units = clusters.count
        count = values.count
    }

    /// Two-sided, of the mean against 0.
    public var pValue: Double {
        2 * StudentT.upperTail(abs(mean / standardError), degrees: degrees)
    }

    /// The two-sided interval of the mean.
    ///
    /// - Parameter level: the confidence, above 0 and below 1.
    /// - Returns: `nil` for another level.
    public func interval(level: Double = 0.95) -> Interval? {
        guard level > 0, level < 1,
            let t = StudentT.quantile((1 + level) / 2, degrees: degrees)
        else { return nil }
        let isPlain = units == count
        return Interval(
            lower: mean - t * standardError, upper: mean + t * standardError,
            method: isPlain ? "Student t" : "CR2 t over groups, \(rounded) degrees of freedom",
            units: units)
    }

    /// The degrees of freedom with one digit after the point.
    private var rounded: Double { (degrees * 10).rounded() / 10 }
}
