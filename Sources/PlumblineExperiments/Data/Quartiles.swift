/// The quartiles of some numbers, with the smallest and the largest.
///
/// Between two numbers they are interpolated linearly, as numpy's `percentile` does.
struct Quartiles {
    let least: Double
    let first: Double
    let median: Double
    let third: Double
    let greatest: Double

    /// - Returns: `nil` for no number.
    init?(_ numbers: [Double]) {
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
