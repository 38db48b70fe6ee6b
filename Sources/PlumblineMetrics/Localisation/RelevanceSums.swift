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
        let sums = map.values.withUnsafeBufferPointer { values in
            mask.withUnsafeBufferPointer { Self.sums(values, $0) }
        }
        (positive, negative) = (sums.all.positive, sums.all.negative)
        (positiveInside, negativeInside) = (sums.inside.positive, sums.inside.negative)
    }

    private init(_ positive: Double, inside: Double) {
        (self.positive, positiveInside, negative, negativeInside) = (positive, inside, 0, 0)
    }

    /// The sums of the rectified map.
    public var rectified: RelevanceSums { RelevanceSums(positive, inside: positiveInside) }

    private typealias Sums = (positive: Double, negative: Double)

    /// The four sums in one pass.
    ///
    /// Each waits for its last addition, so four take no longer than one.
    private static func sums(
        _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<Bool>
    ) -> (all: Sums, inside: Sums) {
        var all: Sums = (0, 0)
        var inside: Sums = (0, 0)
        for index in values.indices {
            let value = values[index]
            let positive = Double(value > 0 ? value : 0)
            let negative = Double(value < 0 ? -value : 0)
            all.positive += positive
            all.negative += negative
            // No branch: masks have ragged edges, and adding 0 changes nothing.
            inside.positive += mask[index] ? positive : 0
            inside.negative += mask[index] ? negative : 0
        }
        return (all, inside)
    }
}
