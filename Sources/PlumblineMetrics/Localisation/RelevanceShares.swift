/// Shares of the relevance of a map by where it lies and by its sign.
public enum RelevanceShares {
    /// The share of the absolute relevance inside the mask: `sum(|R| M) / sum |R|`.
    ///
    /// From 0 to 1; higher is better. The continuous saliency coverage of Shared Interest (Boggust
    /// et al., arXiv 2107.09234).
    ///
    /// - Parameter mask: as many pixels as the map.
    /// - Returns: missing if the mask is empty, or if the map is not finite or constant.
    public static func saliencyCoverage(_ map: HeatMap, _ mask: [Bool]) -> Measured {
        check(map, mask)
        if !mask.contains(true) { return .missing(.emptyMask) }
        if let defect = map.orderDefect { return .missing(defect) }
        var inside = 0.0
        var total = 0.0
        for (value, isInside) in zip(map.values, mask) {
            let size = Double(value.magnitude)
            total += size
            inside += isInside ? size : 0
        }
        return .value(inside / total)
    }

    /// Dual-polarity precision: the mean of the share of positive relevance inside the mask and of
    /// the share of negative relevance outside it.
    ///
    /// From 0 to 1; higher is better. With relevance of one sign only it is that share alone.
    ///
    /// - Parameter mask: as many pixels as the map.
    /// - Returns: missing if the mask is empty or covers the image, or if the map is not finite or
    ///   constant.
    public static func dualPolarityPrecision(_ map: HeatMap, _ mask: [Bool]) -> Measured {
        check(map, mask)
        if !mask.contains(true) { return .missing(.emptyMask) }
        if !mask.contains(false) { return .missing(.fullMask) }
        if let defect = map.orderDefect { return .missing(defect) }
        var positive = (inside: 0.0, total: 0.0)
        var negative = (outside: 0.0, total: 0.0)
        for (value, isInside) in zip(map.values, mask) {
            let relevance = Double(value)
            positive.total += max(relevance, 0)
            negative.total += max(-relevance, 0)
            positive.inside += isInside ? max(relevance, 0) : 0
            negative.outside += isInside ? 0 : max(-relevance, 0)
        }
        let shares = [
            positive.total > 0 ? positive.inside / positive.total : nil,
            negative.total > 0 ? negative.outside / negative.total : nil,
        ].compactMap { $0 }
        return .value(shares.reduce(0, +) / Double(shares.count))
    }

    /// The share of the positive relevance in the image's border.
    ///
    /// From 0 to 1; lower is better for objects in the middle. Radiographs carry markers there.
    ///
    /// - Parameter width: of the border, as a share of each side; at most 0.5.
    /// - Returns: missing as ``massAccuracy(_:_:)``.
    public static func borderMass(_ map: HeatMap, width: Double = 0.1) -> Measured {
        precondition((0...0.5).contains(width), "borderMass: a border of \(width)")
        if let defect = map.defect { return .missing(defect) }
        let rows = Int((width * Double(map.height)).rounded())
        let columns = Int((width * Double(map.width)).rounded())
        var border = 0.0
        var total = 0.0
        for y in 0..<map.height {
            let isBorderRow = y < rows || y >= map.height - rows
            for x in 0..<map.width {
                let value = Double(max(map.values[y * map.width + x], 0))
                total += value
                if isBorderRow || x < columns || x >= map.width - columns { border += value }
            }
        }
        return .value(border / total)
    }

    private static func check(_ map: HeatMap, _ mask: [Bool]) {
        precondition(
            mask.count == map.values.count,
            "RelevanceShares: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    }
}
