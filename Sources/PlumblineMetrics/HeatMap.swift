/// Relevance as it is evaluated: one value a pixel of the mask's resolution.
public struct HeatMap: Sendable {
    public let height: Int, width: Int
    public let values: [Float]

    public init(height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == height * width, "HeatMap: \(values.count) values for \(height)x\(width)"
        )
        (self.height, self.width, self.values) = (height, width, values)
    }

    /// Why no accuracy can be had from this map, if so.
    var defect: MissingReason? {
        var low = Float.infinity, high = -Float.infinity
        for value in values {
            guard value.isFinite else { return .notFinite }
            low = min(low, value)
            high = max(high, value)
        }
        if high <= 0 { return .noPositiveRelevance }
        return low == high ? .constantMap : nil
    }
}
