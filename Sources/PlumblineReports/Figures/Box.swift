import PlumblineStatistics

/// A box plot of some values, as Tukey drew it.
///
/// The box reaches from the first quartile to the third, with a line at the median. Whiskers reach
/// to the farthest values within 1.5 times the box's height. Values beyond are drawn as points.
public struct Box: Sendable, Equatable {
    /// The place on the x axis.
    public let place: Double
    /// The width on the x axis.
    public let width: Double
    public let quartiles: Quartiles
    public let lowWhisker: Double
    public let highWhisker: Double
    public let outliers: [Double]

    /// - Returns: `nil` for no value, or for one that is not finite.
    public init?(_ values: [Double], at place: Double, width: Double = 0.6) {
        guard values.allSatisfy(\.isFinite), let quartiles = Quartiles(values) else { return nil }
        self.place = place
        self.width = width
        self.quartiles = quartiles
        let reach = 1.5 * (quartiles.third - quartiles.first)
        let fences = (quartiles.first - reach)...(quartiles.third + reach)
        let inside = values.filter(fences.contains)
        lowWhisker = min(quartiles.first, inside.min() ?? quartiles.first)
        highWhisker = max(quartiles.third, inside.max() ?? quartiles.third)
        outliers = values.filter { !fences.contains($0) }.sorted()
    }
}
