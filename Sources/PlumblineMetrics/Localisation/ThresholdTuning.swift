/// The threshold of heat maps that gives the largest mean overlap with the masks of a data set.
///
/// A map's region has the values above `low + t (high - low)`, for t of a grid. The best t has the
/// largest mean of ``RegionOverlap/intersectionOverUnion`` over the images; the smallest of equals
/// (CheXlocalize's `tune_heatmap_threshold.py`). Memory does not grow with the images.
public struct ThresholdTuning: Sendable {
    /// CheXlocalize's grid: from 0.2 to 0.8 in steps of 0.1.
    public static let published = (2...8).map { Double($0) / 10 }

    /// The mean overlap at one threshold.
    public struct Row: Sendable {
        public let threshold: Double
        /// mIoU, from 0 to 1; missing without images.
        public let meanIntersectionOverUnion: Measured
    }

    /// Ascending.
    public let thresholds: [Double]
    /// Images with an overlap.
    public private(set) var images = 0
    /// Images without one, by the reason.
    public private(set) var missing: [MissingReason: Int] = [:]
    private var sums: [Double]

    /// - Parameter thresholds: shares of the range, from 0 to below 1, ascending.
    public init(_ thresholds: [Double] = published) {
        precondition(
            !thresholds.isEmpty && thresholds.allSatisfy { (0..<1).contains($0) }
                && zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 },
            "ThresholdTuning: thresholds \(thresholds)")
        self.thresholds = thresholds
        sums = [Double](repeating: 0, count: thresholds.count)
    }

    /// - Parameter mask: as many pixels as the map.
    public mutating func add(_ map: HeatMap, _ mask: [Bool]) {
        precondition(
            mask.count == map.values.count,
            "ThresholdTuning: a mask of \(mask.count) pixels for a map of \(map.values.count)")
        if let reason = map.orderDefect ?? (mask.contains(true) ? nil : .emptyMask) {
            missing[reason, default: 0] += 1
            return
        }
        let low = Double(map.lowest)
        let range = Double(map.highest) - low
        let limits = thresholds.map { low + $0 * range }
        // The pixels by how many thresholds they are above.
        var inside = [Int](repeating: 0, count: limits.count + 1)
        var outside = inside
        for (value, isInside) in zip(map.values, mask) {
            var level = 0
            while level < limits.count, Double(value) > limits[level] { level += 1 }
            if isInside { inside[level] += 1 } else { outside[level] += 1 }
        }
        let area = inside.reduce(0, +)
        var both = 0
        var others = 0
        for index in limits.indices.reversed() {
            both += inside[index + 1]
            others += outside[index + 1]
            sums[index] += Double(both) / Double(area + others)
        }
        images += 1
    }

    /// One row per threshold.
    public var rows: [Row] {
        zip(thresholds, sums).map { threshold, sum in
            Row(
                threshold: threshold,
                meanIntersectionOverUnion: images > 0
                    ? .value(sum / Double(images)) : .missing(.noImages))
        }
    }

    /// The best threshold; `nil` without images.
    public var best: Double? {
        guard images > 0, let largest = sums.max() else { return nil }
        return sums.firstIndex(of: largest).map { thresholds[$0] }
    }
}
