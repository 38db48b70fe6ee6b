/// A rule that says which pixels of a map are the explained region.
///
/// Every rule finds one threshold per map.
public enum Binarisation: Hashable, Sendable {
    /// The given share of the pixels, in 0 ... 1, those with the largest values; and pixels that
    /// equal the last of them.
    case top(share: Double)
    /// Values of at least this percentile, in 0 ... 1, interpolated linearly as numpy does.
    case percentile(Double)
    /// Values of at least the mean plus some standard deviations (of the population).
    case meanPlus(deviations: Double)
    /// Values above a share of the range from the smallest value to the largest.
    ///
    /// CheXlocalize tunes this share; PQAH takes 0.5.
    case shareOfRange(Double)
    /// Values above Otsu's threshold (1979) of the map in 256 levels, as OpenCV and CheXlocalize
    /// have it.
    case otsu
}

extension Binarisation {
    /// The explained region of a map, or the reason why it has none.
    public func region(of map: HeatMap) -> Binarised {
        if let defect = map.orderDefect { return .missing(defect) }
        switch self {
        case .top(let share):
            let count = min(
                max(1, Int((share * Double(map.values.count)).rounded())), map.values.count)
            return .atLeast(Double(value(ofRank: count, in: map.values)), map)
        case .percentile(let share):
            return .atLeast(Self.percentile(share, map), map)
        case .meanPlus(let deviations):
            let (mean, deviation) = Self.moments(map)
            return .atLeast(mean + deviations * deviation, map)
        case .shareOfRange(let share):
            let low = Double(map.lowest)
            return .above(low + share * (Double(map.highest) - low), map)
        case .otsu:
            let levels = Self.levels(map)
            let threshold = Self.otsuThreshold(levels)
            return .pixels(levels.map { Int($0) > threshold })
        }
    }

    private static func percentile(_ share: Double, _ map: HeatMap) -> Double {
        let place = share * Double(map.values.count - 1)
        let low = Int(place.rounded(.down))
        let high = min(low + 1, map.values.count - 1)
        // Ranks count from the largest value, places from the smallest.
        let lower = Double(value(ofRank: map.values.count - low, in: map.values))
        if low == high || place == Double(low) { return lower }
        let upper = Double(value(ofRank: map.values.count - high, in: map.values))
        return lower + (upper - lower) * (place - Double(low))
    }

    private static func moments(_ map: HeatMap) -> (mean: Double, deviation: Double) {
        var sum = 0.0
        for value in map.values { sum += Double(value) }
        let mean = sum / Double(map.values.count)
        var squares = 0.0
        for value in map.values {
            let difference = Double(value) - mean
            squares += difference * difference
        }
        return (mean, (squares / Double(map.values.count)).squareRoot())
    }

    /// The values in 256 levels: `floor(255 (v - min) / (max - min))`.
    private static func levels(_ map: HeatMap) -> [UInt8] {
        let range = map.highest - map.lowest
        return map.values.map { UInt8(255 * (($0 - map.lowest) / range)) }
    }

    /// The level that separates two groups with the largest variance between them; the first such.
    private static func otsuThreshold(_ levels: [UInt8]) -> Int {
        var counts = [Double](repeating: 0, count: 256)
        for level in levels { counts[Int(level)] += 1 }
        let total = Double(levels.count)
        let mean = counts.indices.reduce(0) { $0 + Double($1) * counts[$1] } / total
        var best = (threshold: 0, variance: 0.0)
        var share = 0.0
        var moment = 0.0
        for level in 0..<255 {
            share += counts[level] / total
            moment += Double(level) * counts[level] / total
            guard share > 0, share < 1 else { continue }
            let lower = moment / share
            let upper = (mean - moment) / (1 - share)
            let variance = share * (1 - share) * (lower - upper) * (lower - upper)
            if variance > best.variance { best = (level, variance) }
        }
        return best.threshold
    }
}

/// The explained region of a map, or the reason why there is none.
public enum Binarised: Sendable {
    case pixels([Bool])
    case missing(MissingReason)

    static func atLeast(_ threshold: Double, _ map: HeatMap) -> Binarised {
        .pixels(map.values.map { Double($0) >= threshold })
    }

    static func above(_ threshold: Double, _ map: HeatMap) -> Binarised {
        .pixels(map.values.map { Double($0) > threshold })
    }
}
