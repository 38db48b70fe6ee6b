import PlumblineModels
import PlumblineTensors

/// Score-CAM (Wang et al., arXiv 1910.01279): features weighted by the softmax over channels of the
/// logits of the image seen through each of them.
public struct ScoreCAM: FeatureMapExplanation {
    public var name: String { "score_cam" }
    public var isDifferentiable: Bool { false }
    public var layer: String?
    /// Masked images a forward.
    public var batch: Int

    public init(layer: String? = nil, batch: Int = 16) {
        self.layer = layer
        self.batch = batch
    }

    public func relevance(of subject: Subject, createGraph: Bool) -> Tensor {
        let features = subject.featureMap(layer: layer).features
        return withoutGradients {
            let a = features.grid(features.values.detached), channels = a.shape[3],
                total = subject.count * channels
            var weights: [Float] = []
            for row in 0..<subject.count {
                let image = subject.image.detached.sliced(0, row..<(row + 1))
                for first in stride(from: 0, to: channels, by: batch) {
                    let range = first..<min(channels, first + batch)
                    let masked =
                        image * masks(a.sliced(0, row..<(row + 1)).sliced(3, range), like: image)
                    let scores = subject.model.logits(masked, subject.pass.repeated).picked(
                        range.map { _ in subject.targets[row] })
                    weights += scores.values
                    subject.progress?(weights.count, total)
                }
            }
            let shares = Tensor(weights, shape: [subject.count, channels]).softmax().reshaped([
                subject.count, 1, 1, channels,
            ])
            return subject.activationMap((shares * a).sum([3]))
        }
    }

    /// Each channel as a mask between 0 and 1 at the image's size, corners aligned as in the
    /// reference: `[channels, height, width, 1]`.
    private func masks(_ a: Tensor, like image: Tensor) -> Tensor {
        let large = a.resized(height: image.shape[1], width: image.shape[2], alignCorners: true)
            .transposed([3, 1, 2, 0])
        let low = large.min([1, 2, 3], keepingDimensions: true),
            high = large.max([1, 2, 3], keepingDimensions: true)
        return (large - low) / (high - low + 1e-8)
    }
}
