import PlumblineModels
import PlumblineTensors

/// Integrated gradients (Sundararajan et al., arXiv 1703.01365, eq. 3): `R = (x - x0) . 1/n sum_k
/// grad f(x0 + k/n (x - x0))`, k = 1 ... n.
public struct IntegratedGradients: AveragingExplanation {
    public var name: String { "integrated_gradients" }
    public var steps: Int
    public var baseline: Baseline

    public init(steps: Int = 20, baseline: Baseline = .zero) {
        self.steps = steps
        self.baseline = baseline
    }

    public func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor] {
        let start = baseline.values(for: subject), image = subject.image.detached
        let point = start + (image - start) * (Float(step + 1) / Float(steps))
        return [subject.gradient(at: point, createGraph: createGraph) * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of subject: Subject) -> Tensor {
        sums[0] * (subject.image.detached - baseline.values(for: subject))
    }
}

/// The image without information that a path starts from.
public enum Baseline: String, Sendable, CaseIterable {
    /// Zeros, in the normalised values that the model sees.
    case zero
    /// The image's mean in every channel.
    case mean
    /// The image under a Gaussian blur of an eighth of its width.
    case blur
    /// Uniform noise between the image's smallest and largest value, from the subject's seed.
    case noise

    func values(for subject: Subject) -> Tensor {
        let image = subject.image.detached
        return withoutGradients {
            switch self {
            case .zero: return .zeros(image.shape)
            case .mean:
                return image.mean([1, 2], keepingDimensions: true).broadcast(to: image.shape)
            case .blur: return image.blurred(deviation: Float(image.shape[2]) / 8)
            case .noise:
                let low = image.min([1, 2, 3], keepingDimensions: true),
                    high = image.max([1, 2, 3], keepingDimensions: true)
                return low + (high - low)
                    * subject.drawn("baseline") { .uniform($1, 0, 1, using: &$0) }
            }
        }
    }
}
