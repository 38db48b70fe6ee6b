/// The relevance of a map inside and outside a mask, by sign.
///
/// Several metrics are ratios of these sums, so they are added in one pass. Values are added one by
/// one, in the order of the pixels, in double precision.
public struct RelevanceSums: Sendable, Equatable {
    /// The positive relevance.
    public let positive: Double
    /// The positive relevance in the mask.
    public let positiveInside: Double
    /// The size of the negative relevance.
    public let negative: Double
    /// The size of the negative relevance in the mask.
    public let negativeInside: Double

    /// - Parameters:
    ///   - map: finite.
    ///   - mask: as many pixels as the map.
    public init(_ map: HeatMap, _ mask: [Bool]) {
        precondition(
            mask.count == map.values.count,
            "RelevanceSums: a mask of \(mask.count) pixels for a map of \(map.values.count)")
        (positive, positiveInside) = Self.sums(map.values, mask) { $0 > 0 ? $0 : 0 }
        (negative, negativeInside) =
            map.lowest >= 0 ? (0, 0) : Self.sums(map.values, mask) { $0 < 0 ? -$0 : 0 }
    }

    @inline(__always)
    private static func sums(
        _ values: [Float], _ mask: [Bool], _ part: (Float) -> Float
    ) -> (all: Double, inside: Double) {
        var all = 0.0
        var inside = 0.0
        values.withUnsafeBufferPointer { values in
            mask.withUnsafeBufferPointer { mask in
                for index in values.indices {
                    let value = Double(part(values[index]))
                    all += value
                    // No branch: masks have ragged edges, and adding 0 changes nothing.
                    inside += mask[index] ? value : 0
                }
            }
        }
        return (all, inside)
    }
}
