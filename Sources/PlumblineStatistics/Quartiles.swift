/// The quartiles of some numbers, with the smallest and the largest.
///
/// Between two numbers they are interpolated linearly: type 7 of Hyndman and Fan (The American
/// Statistician 50, 1996), the default of numpy's `percentile` and of R.
public struct Quartiles: Sendable, Equatable {
    /// The convention in words, for files.
    public static let convention = "linear interpolation (Hyndman-Fan type 7)"

    public let least: Double
    public let first: Double
    public let median: Double
    public let third: Double
    public let greatest: Double

    /// - Parameter numbers: finite.
    /// - Returns: `nil` for no number.
    public init?(_ numbers: [Double]) {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        func value(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let low = Int(place)
            let high = min(low + 1, sorted.count - 1)
            return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
        }
        (least, first, median) = (value(0), value(0.25), value(0.5))
        (third, greatest) = (value(0.75), value(1))
    }
}
