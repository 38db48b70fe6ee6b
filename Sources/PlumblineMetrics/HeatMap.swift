/// Relevance as it is evaluated: one value per pixel, at the resolution of the mask.
public struct HeatMap: Sendable {
    public let height: Int
    public let width: Int
    /// `[height * width]`, row by row.
    public let values: [Float]
    private let range: ValueRange

    /// - Parameter values: exactly `height * width`.
    public init(height: Int, width: Int, values: [Float]) {
        precondition(
            values.count == height * width, "HeatMap: \(values.count) values for \(height)x\(width)"
        )
        self.height = height
        self.width = width
        self.values = values
        range = values.withUnsafeBufferPointer(ValueRange.init)
    }

    /// The smallest value; undefined where a value is not finite.
    var lowest: Float { range.lowest }
    /// The largest value; undefined where a value is not finite.
    var highest: Float { range.highest }
    private var isFinite: Bool { range.isFinite }

    /// Whether no value is negative and all are finite.
    public var isUnsigned: Bool { lowest >= 0 && isFinite }

    /// The map with its negative values as 0.
    public var rectified: HeatMap {
        isUnsigned
            ? self : HeatMap(height: height, width: width, values: values.map { max($0, 0) })
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
