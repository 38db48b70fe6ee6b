import PlumblineData
import PlumblineMetrics
import PlumblineTensors

extension HeatMap {
    /// A heat map of the whole image, for pictures.
    ///
    /// The relevance covers the part that the model sees (``ImageGeometry/visible``). The model
    /// never saw the other pixels: they have 0.
    ///
    /// - Parameters:
    ///   - relevance: `[height, width, channels]`.
    ///   - height: of the picture of the whole image, in pixels.
    ///   - pooling: over the channels.
    public init(
        relevance: Tensor, geometry: ImageGeometry, height: Int, width: Int,
        pooling: Pooling = .positive
    ) {
        guard !geometry.showsAll else {
            self.init(relevance: relevance, height: height, width: width, pooling: pooling)
            return
        }
        let visible = geometry.visible
        func scaled(_ range: Range<Int>, _ size: Int, of source: Int) -> Range<Int> {
            let low = min(range.lowerBound * size / source, size - 1)
            return low..<max(low + 1, range.upperBound * size / source)
        }
        let rows = scaled(
            visible.y..<(visible.y + visible.height), height, of: geometry.source.height)
        let columns = scaled(
            visible.x..<(visible.x + visible.width), width, of: geometry.source.width)
        let part = HeatMap(
            relevance: relevance, height: rows.count, width: columns.count, pooling: pooling)
        var values = [Float](repeating: 0, count: height * width)
        for y in 0..<rows.count {
            let start = (rows.lowerBound + y) * width + columns.lowerBound
            values.replaceSubrange(
                start..<(start + columns.count),
                with: part.values[(y * columns.count)..<((y + 1) * columns.count)])
        }
        self.init(height: height, width: width, values: values)
    }
}
