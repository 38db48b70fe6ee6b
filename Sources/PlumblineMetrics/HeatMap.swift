/// Relevance as it is evaluated: one value per pixel, at the resolution of the mask.
public struct HeatMap: Sendable {
    public let height: Int
    public let width: Int
    /// `[height * width]`, row by row.
    public let values: [Float]
    /// Why this map has no accuracy; `nil` if it has one.
    ///
    /// Several metrics ask for it.
    let defect: MissingReason?

    /// - Parameter values: exactly `height * width`.
    public init(height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == height * width, "HeatMap: \(values.count) values for \(height)x\(width)"
        )
        self.height = height
        self.width = width
        self.values = values
        defect = Self.defect(of: values)
    }

    /// Whether the values allow a score, in the order in which the defects are looked for.
    private static func defect(of values: [Float]) -> MissingReason? {
        var low = Float.infinity
        var high = -Float.infinity
        // 0 as long as every value is finite: infinity times 0 is NaN.
        var zero: Float = 0
        for value in values {
            zero += value * 0
            low = value < low ? value : low
            high = value > high ? value : high
        }
        if zero.isNaN { return .notFinite }
        if high <= 0 { return .noPositiveRelevance }
        return low == high ? .constantMap : nil
    }
}
