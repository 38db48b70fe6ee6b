import Tensors

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

    /// Relevance `[h, w, channels]` resized bilinearly (corners not aligned) to `height x width`,
    /// then pooled over channels by `pos_sum`, the sum of `max(R, 0)` (arXiv 2311.04813, as
    /// published).
    public init(relevance: Tensor, height: Int, width: Int) {
        precondition(
            relevance.rank == 3,
            "HeatMap: relevance \(relevance.shape), [height, width, channels] is wanted")
        let wide = withoutGradients {
            relevance.detached.reshaped([1] + relevance.shape).resized(height: height, width: width)
                .relu().sum([3])
        }
        self.init(height: height, width: width, values: wide.values)
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
