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
        (lowest, highest, isFinite) = values.withUnsafeBufferPointer(Self.range)
    }

    /// The smallest and the largest value, and whether all are finite.
    private static func range(
        _ values: UnsafeBufferPointer<Float>
    ) -> (lowest: Float, highest: Float, isFinite: Bool) {
        var low = SIMD8<Float>(repeating: .infinity)
        var high = SIMD8<Float>(repeating: -.infinity)
        // 0 as long as every value is finite: infinity times 0 is NaN.
        var zero = SIMD8<Float>(repeating: 0)
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let part = UnsafeRawPointer(values.baseAddress! + start)
                .loadUnaligned(as: SIMD8<Float>.self)
            zero += part * 0
            low.replace(with: part, where: part .< low)
            high.replace(with: part, where: part .> high)
        }
        for value in values[whole...] {
            zero[0] += value * 0
            if value < low[0] { low[0] = value }
            if value > high[0] { high[0] = value }
        }
        return (low.min(), high.max(), !zero.sum().isNaN)
    }

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
