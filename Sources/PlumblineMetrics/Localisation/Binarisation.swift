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
        switch bound(of: map) {
        case .missing(let reason): .missing(reason)
        case .atLeast(let bound): .pixels(map.values.map { $0 >= bound })
        }
    }

    /// The smallest value of the explained region of a map, or the reason why it has none.
    ///
    /// - Parameter ranking: of the map's pixels, where it is known.
    public func bound(of map: HeatMap, ranking: PixelRanking? = nil) -> RegionBound {
        if let defect = map.orderDefect { return .missing(defect) }
        func value(ofRank rank: Int) -> Float {
            ranking?.pixels[rank - 1].value ?? PlumblineMetrics.value(ofRank: rank, in: map.values)
        }
        let count = map.values.count
        switch self {
        case .top(let share):
            return .atLeast(
                value(ofRank: min(max(1, Int((share * Double(count)).rounded())), count)))
        case .percentile(let share):
            // Ranks count from the largest value, percentiles from the smallest.
            let place = share * Double(count - 1)
            let low = Int(place.rounded(.down))
            let lower = Double(value(ofRank: count - low))
            if place == Double(low) { return .atLeast(Float(lower)) }
            let upper = Double(value(ofRank: count - low - 1))
            return .atLeast(
                Self.smallest(notBelow: lower + (upper - lower) * (place - Double(low))))
        case .meanPlus(let deviations):
            let (mean, deviation) = Self.moments(map)
            return .atLeast(Self.smallest(notBelow: mean + deviations * deviation))
        case .shareOfRange(let share):
            let low = Double(map.lowest)
            return .atLeast(Self.smallest(above: low + share * (Double(map.highest) - low)))
        case .otsu: return .atLeast(Self.otsuBound(map))
        }
    }

    /// The smallest float that is at least a number.
    private static func smallest(notBelow number: Double) -> Float {
        let nearest = Float(number)
        return Double(nearest) >= number ? nearest : nearest.nextUp
    }

    /// The smallest float above a number.
    private static func smallest(above number: Double) -> Float {
        let nearest = Float(number)
        return Double(nearest) > number ? nearest : nearest.nextUp
    }

    /// Added in four sums, one after the other.
    private static func moments(_ map: HeatMap) -> (mean: Double, deviation: Double) {
        let count = Double(map.values.count)
        let mean = sum(map.values) { $0 } / count
        let squares = sum(map.values) { ($0 - mean) * ($0 - mean) }
        return (mean, (squares / count).squareRoot())
    }

    /// - Parameter term: of four values at once.
    @inline(__always)
    private static func sum(
        _ values: [Float], _ term: (SIMD4<Double>) -> SIMD4<Double>
    ) -> Double {
        var sums = SIMD4<Double>(repeating: 0)
        let whole = values.count / 4 * 4
        values.withUnsafeBufferPointer { values in
            for start in stride(from: 0, to: whole, by: 4) {
                let part = UnsafeRawPointer(values.baseAddress! + start)
                    .loadUnaligned(as: SIMD4<Float>.self)
                sums += term(SIMD4<Double>(part))
            }
        }
        return values[whole...].reduce(sums.sum()) { $0 + term(SIMD4(repeating: Double($1)))[0] }
    }

    /// The smallest value above Otsu's threshold.
    private static func otsuBound(_ map: HeatMap) -> Float {
        let levels = levels(map)
        let threshold = otsuThreshold(levels)
        var bound = Float.infinity
        for (value, level) in zip(map.values, levels) where Int(level) > threshold {
            bound = min(bound, value)
        }
        return bound
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
}

/// The smallest value of the explained region, or the reason why there is none.
public enum RegionBound: Sendable, Equatable {
    case atLeast(Float)
    case missing(MissingReason)
}
