/// Relevance as it is evaluated: one value per pixel, at the resolution of the mask.
public struct HeatMap: Sendable {
    public let height: Int
    public let width: Int
    /// `[height * width]`, row by row.
    public let values: [Float]
    /// The smallest value; undefined where a value is not finite.
    let lowest: Float
    /// The largest value; undefined where a value is not finite.
    let highest: Float
    private let isFinite: Bool

    /// - Parameter values: exactly `height * width`.
    public init(height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == height * width, "HeatMap: \(values.count) values for \(height)x\(width)"
        )
        self.height = height
        self.width = width
        self.values = values
        var low = Float.infinity
        var high = -Float.infinity
        // 0 as long as every value is finite: infinity times 0 is NaN.
        var zero: Float = 0
        for value in values {
            zero += value * 0
            low = value < low ? value : low
            high = value > high ? value : high
        }
        lowest = low
        highest = high
        isFinite = !zero.isNaN
    }

    /// The values on a scale from 0 to 1; the map must not be constant.
    public var scaledValues: [Float] {
        let range = highest - lowest
        return values.map { ($0 - lowest) / range }
    }

    /// Why this map has no order of pixels that means something; `nil` if it has one.
    public var orderDefect: MissingReason? {
        if !isFinite { return .notFinite }
        return lowest == highest ? .constantMap : nil
    }

    /// Why this map has no mass that can be shared out; `nil` if it has.
    ///
    /// The mass is the positive relevance.
    public var defect: MissingReason? {
        if !isFinite { return .notFinite }
        if highest <= 0 { return .noPositiveRelevance }
        return lowest == highest ? .constantMap : nil
    }
}
