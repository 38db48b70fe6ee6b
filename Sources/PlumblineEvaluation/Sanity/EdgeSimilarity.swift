import Foundation
import PlumblineMetrics

/// How alike the map is to the edges of the image.
///
/// Adebayo et al., arXiv 1810.03292: an edge detector knows nothing of the model, and some maps are
/// little more.
public struct EdgeSimilarity: Metric {
    public init() {}

    public var quantity: Quantity {
        Quantity(
            "edge_similarity", direction: .lowerIsBetter,
            definition: "Spearman correlation of |R| and the size of the Sobel gradient of the "
                + "image, summed over channels")
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let map = evidence.pixelRelevance()
        let sizes = HeatMap(
            height: map.height, width: map.width, values: map.values.map(\.magnitude))
        return [Score(name, MapSimilarity.spearman(sizes, Self.edges(evidence)))]
    }

    /// Edge pixels repeat beyond the border.
    private static func edges(_ evidence: Evidence) -> HeatMap {
        let (height, width) = (evidence.image.shape[1], evidence.image.shape[2])
        let channels = evidence.image.shape[3]
        let input = evidence.input
        var edges = [Float](repeating: 0, count: height * width)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<channels {
                    func value(_ dy: Int, _ dx: Int) -> Float {
                        let row = min(max(y + dy, 0), height - 1)
                        let column = min(max(x + dx, 0), width - 1)
                        return input[(row * width + column) * channels + channel]
                    }
                    let across =
                        value(-1, 1) + 2 * value(0, 1) + value(1, 1)
                        - value(-1, -1) - 2 * value(0, -1) - value(1, -1)
                    let down =
                        value(1, -1) + 2 * value(1, 0) + value(1, 1)
                        - value(-1, -1) - 2 * value(-1, 0) - value(-1, 1)
                    edges[y * width + x] += hypot(across, down)
                }
            }
        }
        return HeatMap(height: height, width: width, values: edges)
    }
}
