import Foundation

/// How few pixels of a map carry its relevance.
public enum MapComplexity {
    /// The Gini index of the absolute relevance (Chalasani et al., arXiv 1810.06583).
    ///
    /// 0 where all pixels are equal, near 1 where one pixel has everything. Descriptive: a sparse
    /// map need not be right.
    ///
    /// - Parameter ranking: of the map's pixels, where it is known. It is not used for a map with
    ///   negative values.
    /// - Returns: missing if the map is not finite, or zero everywhere.
    public static func gini(_ map: HeatMap, ranking known: PixelRanking? = nil) -> Measured {
        if map.orderDefect == .notFinite { return .missing(.notFinite) }
        let isPositive = map.lowest >= 0
        let ranking =
            isPositive && known != nil ? known! : PixelRanking(map.values.map(\.magnitude))
        let count = Double(ranking.pixels.count)
        var weighted = 0.0
        var total = 0.0
        for place in ranking.pixels.indices {
            let value = Double(ranking.pixels[place].value)
            // The smallest value has rank 1, and places begin with the largest.
            weighted += (count - 1 - 2 * Double(place)) * value
            total += value
        }
        return total > 0 ? .value(weighted / (count * total)) : .missing(.noRelevance)
    }

    /// The entropy, in nats, of the shares that the pixels have of the absolute relevance (Bhatt et
    /// al., arXiv 2005.00631).
    ///
    /// 0 where one pixel has everything, `log(pixels)` where all are equal. Descriptive.
    ///
    /// - Returns: missing if the map is not finite, or zero everywhere.
    public static func entropy(_ map: HeatMap) -> Measured {
        if map.orderDefect == .notFinite { return .missing(.notFinite) }
        var total = 0.0
        for value in map.values { total += Double(value.magnitude) }
        guard total > 0 else { return .missing(.noRelevance) }
        var entropy = 0.0
        for value in map.values where value != 0 {
            let share = Double(value.magnitude) / total
            entropy -= share * log(share)
        }
        return .value(entropy)
    }

    /// Effective complexity (Nguyen and Martinez, arXiv 2007.07584): the number of pixels whose
    /// absolute relevance is above a share of the largest.
    ///
    /// From 0 to the number of pixels. Descriptive. The paper takes an absolute limit; a share
    /// makes maps of different scales comparable.
    ///
    /// - Returns: missing if the map is not finite, or zero everywhere.
    public static func effectiveComplexity(_ map: HeatMap, above share: Double = 0.01) -> Measured {
        if map.orderDefect == .notFinite { return .missing(.notFinite) }
        let largest = max(map.highest.magnitude, map.lowest.magnitude)
        guard largest > 0 else { return .missing(.noRelevance) }
        let limit = Float(share) * largest
        return .value(Double(map.values.count { $0.magnitude > limit }))
    }
}
