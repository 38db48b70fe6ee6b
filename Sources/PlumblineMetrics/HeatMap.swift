/// Relevance as it is evaluated: one value per pixel, at the resolution of the mask.
public struct HeatMap: Sendable {
    public let height: Int
    public let width: Int
    /// `[height * width]`, row by row.
    public let values: [Float]

    /// - Parameter values: exactly `height * width`.
    public init(height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == height * width, "HeatMap: \(values.count) values for \(height)x\(width)"
        )
        self.height = height
        self.width = width
        self.values = values
    }

    /// Why this map has no accuracy; `nil` if it has one.
    var defect: MissingReason? {
        var low = Float.infinity
        var high = -Float.infinity
        for value in values {
            guard value.isFinite else { return .notFinite }
            low = min(low, value)
            high = max(high, value)
        }
        if high <= 0 { return .noPositiveRelevance }
        return low == high ? .constantMap : nil
    }
}
