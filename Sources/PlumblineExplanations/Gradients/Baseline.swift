import PlumblineTensors

/// An image without information: where a path of gradients starts, or what replaces hidden pixels.
public enum Baseline: String, Sendable, CaseIterable {
    /// Zeros, in the normalised values that the model reads.
    case zero
    /// The image's mean in every channel.
    case mean
    /// The image blurred by a Gaussian whose standard deviation is an eighth of the image's width.
    case blur
    /// Uniform noise between the image's smallest and largest value, drawn from the image's seed.
    case noise

    /// - Returns: `[batch, height, width, channels]`, outside any graph.
    public func values(for request: Request) -> Tensor {
        let image = request.image.detached
        return withoutGradients {
            switch self {
            case .zero: return .zeros(image.shape)
            case .mean:
                return image.mean([1, 2], keepingDimensions: true).broadcast(to: image.shape)
            case .blur: return image.blurred(deviation: Float(image.shape[2]) / 8)
            case .noise:
                let low = image.min([1, 2, 3], keepingDimensions: true)
                let high = image.max([1, 2, 3], keepingDimensions: true)
                let noise = request.drawn("baseline") { .uniform($1, 0, 1, using: &$0) }
                return low + (high - low) * noise
            }
        }
    }
}
