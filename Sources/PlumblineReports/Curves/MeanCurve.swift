import PlumblineStatistics
import PlumblineStorage

/// The mean of the curves of many images, with a 95% interval at each step.
public struct MeanCurve: Sendable {
    public let metric: String
    public let series: String
    public let scenario: String
    public let explanation: String
    /// Images whose curves are averaged.
    public let images: Int
    /// Images whose curves have other steps than most, which are left out.
    public let otherSteps: Int
    /// Values that do not exist, over all images and steps.
    public let missing: Int
    public let shares: [Double]
    /// NaN where no image has a value.
    public let mean: [Double]
    /// The interval; the mean where one image has a value, or all have the same one.
    public let low: [Double]
    public let high: [Double]

    /// The area under the mean curve by the trapezoid rule; NaN where a step has no value.
    public var area: Double {
        zip(shares.indices, shares.indices.dropFirst()).reduce(0) { area, step in
            area + (shares[step.1] - shares[step.0]) * (mean[step.0] + mean[step.1]) / 2
        }
    }

    /// - Parameters:
    ///   - curves: of one metric, series and run; not empty.
    ///   - groups: the patient of each image; an empty text if it is not known.
    init(_ curves: [CurveResult], _ factors: RunFactors, groups: [String: String]) {
        metric = curves[0].metric
        series = curves[0].series
        scenario = factors.scenario
        explanation = factors.explanation
        let grids = Dictionary(grouping: curves, by: \.shares)
        // The first of equally frequent ones, in the order of the file.
        let most = grids.values.map(\.count).max() ?? 0
        let shares = curves.first { grids[$0.shares]?.count == most }?.shares ?? []
        let own = grids[shares] ?? []
        self.shares = shares
        images = own.count
        otherSteps = curves.count - own.count
        missing = own.reduce(0) { $0 + $1.values.count { !$0.isFinite } }
        var mean: [Double] = []
        var low: [Double] = []
        var high: [Double] = []
        for step in shares.indices {
            let finite = own.filter { $0.values[step].isFinite }
            let values = finite.map { $0.values[step] }
            let average =
                values.isEmpty ? Double.nan : values.reduce(0, +) / Double(values.count)
            // 999 resamples are exact enough for a picture.
            let interval = meanInterval(
                values, groups: finite.map { groups[$0.image] ?? "" }, seed: 0, resamples: 999)
            mean.append(average)
            low.append(interval?.lower ?? average)
            high.append(interval?.upper ?? average)
        }
        self.mean = mean
        self.low = low
        self.high = high
    }
}
