import PlumblineMetrics
import PlumblineTensors

extension HeatMap {
    /// The heat map that is evaluated, from a relevance R of shape `[height, width, channels]`.
    ///
    /// R is resized bilinearly to `height x width`, with corners not aligned. Then it is pooled
    /// over channels.
    public init(relevance: Tensor, height: Int, width: Int, pooling: Pooling = .positive) {
        precondition(
            relevance.rank == 3,
            "HeatMap: relevance has shape \(relevance.shape), not [height, width, channels]")
        if pooling == .signed, relevance.shape == [height, width, 1] {
            self.init(height: height, width: width, values: relevance.values)
            return
        }
        let pooled = withoutGradients {
            let resized = relevance.detached.reshaped([1] + relevance.shape)
                .resized(height: height, width: width)
            return (pooling == .positive ? resized.relu() : resized).sum([3])
        }
        self.init(height: height, width: width, values: pooled.values)
    }
}
