/// A 95% interval of a mean: the middle of the means of resamples.
///
/// With n resamples in ascending order it goes from number `int(0.025 n)` to number `int(0.975 n)`,
/// as CheXlocalize's `eval.py` has it with n = 1,000 (Saporta et al., doi
/// 10.1038/s42256-022-00536-x). A resample draws as many images as there are, or as many groups
/// (patients) with all of their images.
///
/// It is for figures that are compared with published ones. ``meanInterval(_:groups:seed:)`` holds
/// the truth more often where images are few.
///
/// - Parameters:
///   - values: one per image.
///   - groups: one per image; images of a group are drawn together, and an empty name is a group of
///     its own. By default every image is.
///   - resamples: at least 40.
/// - Returns: `nil` where there is one unit or none, or a value is not finite. The same values and
///   seed give the same interval, whatever their order.
public func percentileInterval(
    _ values: [Double], groups: [String]? = nil, seed: UInt64 = 0, resamples: Int = 1000
) -> Interval? {
    precondition(resamples >= 40, "percentileInterval: \(resamples) resamples")
    guard values.allSatisfy(\.isFinite) else { return nil }
    let units = clusters(values, groups)
    guard units.count > 1 else { return nil }
    let sums = units.map { (sum: $0.reduce(0, +), count: Double($0.count)) }
    var random = SplitMix64(seed: seed)
    let means = (0..<resamples).map { _ in
        var sum = 0.0
        var count = 0.0
        for _ in sums {
            let unit = sums[random.index(below: sums.count)]
            sum += unit.sum
            count += unit.count
        }
        return sum / count
    }.sorted()
    let suffix = units.count < values.count ? " over groups" : ""
    return Interval(
        lower: means[resamples / 40 - 1], upper: means[resamples * 39 / 40 - 1],
        method: "percentile bootstrap of \(resamples) resamples" + suffix, units: units.count)
}
