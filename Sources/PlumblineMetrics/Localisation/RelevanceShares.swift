/// Shares of the relevance of a map by where it lies and by its sign.
public enum RelevanceShares {
    /// The share of the absolute relevance inside the mask: `sum(|R| M) / sum |R|`.
    ///
    /// From 0 to 1; higher is better. The continuous saliency coverage of Shared Interest (Boggust
    /// et al., arXiv 2107.09234).
    ///
    /// - Parameters:
    ///   - mask: as many pixels as the map.
    ///   - sums: of the map and the mask, where they are known.
    /// - Returns: missing if the mask is empty, or if the map is not finite or constant.
    public static func saliencyCoverage(
        _ map: HeatMap, _ mask: [Bool], sums known: RelevanceSums? = nil
    ) -> Measured {
        check(map, mask)
        if !mask.hasPixel { return .missing(.emptyMask) }
        if let defect = map.orderDefect { return .missing(defect) }
        let sums = known ?? RelevanceSums(map, mask)
        return .value(
            (sums.positiveInside + sums.negativeInside) / (sums.positive + sums.negative))
    }

    /// Dual-polarity precision: the mean of the share of positive relevance inside the mask and of
    /// the share of negative relevance outside it.
    ///
    /// From 0 to 1; higher is better. With relevance of one sign only it is that share alone.
    ///
    /// - Parameters:
    ///   - mask: as many pixels as the map.
    ///   - sums: of the map and the mask, where they are known.
    /// - Returns: missing if the mask is empty or covers the image, or if the map is not finite or
    ///   constant.
    public static func dualPolarityPrecision(
        _ map: HeatMap, _ mask: [Bool], sums known: RelevanceSums? = nil
    ) -> Measured {
        check(map, mask)
        if !mask.hasPixel { return .missing(.emptyMask) }
        if !mask.hasGap { return .missing(.fullMask) }
        if let defect = map.orderDefect { return .missing(defect) }
        let sums = known ?? RelevanceSums(map, mask)
        let shares = [
            sums.positive > 0 ? sums.positiveInside / sums.positive : nil,
            sums.negative > 0 ? 1 - sums.negativeInside / sums.negative : nil,
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
        var middle = 0.0
        map.values.withUnsafeBufferPointer { values in
            for y in 0..<map.height {
                let row = (y * map.width)..<((y + 1) * map.width)
                guard y >= rows, y < map.height - rows else {
                    border += positive(values[row])
                    continue
                }
                let left = min(row.lowerBound + columns, row.upperBound)
                let right = max(left, row.upperBound - columns)
                border += positive(values[row.lowerBound..<left])
                middle += positive(values[left..<right])
                border += positive(values[right..<row.upperBound])
            }
        }
        return .value(border / (border + middle))
    }

    /// The sum of the positive values.
    private static func positive(_ values: Slice<UnsafeBufferPointer<Float>>) -> Double {
        var sums = SIMD4<Double>(repeating: 0)
        let part = UnsafeBufferPointer(rebasing: values)
        let whole = part.count / 4 * 4
        for start in stride(from: 0, to: whole, by: 4) {
            let values = UnsafeRawPointer(part.baseAddress! + start)
                .loadUnaligned(as: SIMD4<Float>.self)
            sums += SIMD4<Double>(pointwiseMax(values, SIMD4(repeating: 0)))
        }
        for index in whole..<part.count { sums[0] += Double(max(part[index], 0)) }
        return sums.sum()
    }

    private static func check(_ map: HeatMap, _ mask: [Bool]) {
        precondition(
            mask.count == map.values.count,
            "RelevanceShares: a mask of \(mask.count) pixels for a map of \(map.values.count)")
    }
}
