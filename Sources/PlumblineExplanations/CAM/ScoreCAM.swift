import PlumblineModels
import PlumblineTensors

/// Score-CAM (Wang et al., arXiv 1910.01279).
///
/// Each channel of the features is used as a mask of the image. The features are weighted by the
/// softmax over channels of the masked images' logits.
public struct ScoreCAM: FeatureMapExplanation {
    public var name: String { "score_cam" }
    public var isDifferentiable: Bool { false }
    public var layer: String?
    /// Masked images per forward pass.
    public var batch: Int

    public init(layer: String? = nil, batch: Int = 16) {
        self.layer = layer
        self.batch = batch
    }

    public func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        let features = try featureMap(trace, request)
        let probe = try Probe(request: request, batch: batch, for: name)
        return withoutGradients {
            let grid = features.grid(features.values.detached)
            let channels = grid.shape[3]
            let scores = (0..<request.count).flatMap { row -> [Float] in
                let image = probe.image(row)
                let channelMaps = grid.sliced(0, row..<(row + 1))
                return probe.values(row: row, count: channels) { range in
                    image * masks(channelMaps.sliced(3, range), like: image)
                }
            }
            let weights = Tensor(scores, shape: [request.count, channels]).softmax().reshaped([
                request.count, 1, 1, channels,
            ])
            return request.activationMap((weights * grid).sum([3]))
        }
    }

    /// Each channel as a mask between 0 and 1 at the image's size, `[channels, height, width, 1]`.
    ///
    /// Corners are aligned as in the reference code.
    private func masks(_ channelMaps: Tensor, like image: Tensor) -> Tensor {
        let large = channelMaps.resized(
            height: image.shape[1], width: image.shape[2], alignCorners: true
        ).transposed([3, 1, 2, 0])
        let low = large.min([1, 2, 3], keepingDimensions: true)
        let high = large.max([1, 2, 3], keepingDimensions: true)
        return (large - low) / (high - low + 1e-8)
    }
}
