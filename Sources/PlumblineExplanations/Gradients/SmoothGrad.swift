import PlumblineModels
import PlumblineTensors

/// Gaussian noise around the image. Its standard deviation is `level` times the image's own range.
struct NoiseAround: Sendable {
    var level: Float
    var samples: Int
    /// Whether the last sample is the image itself. zennit's SmoothGrad does so; Captum's
    /// NoiseTunnel adds noise to every sample.
    var lastIsClean: Bool
    /// `[samples, batch, height, width, channels]`, added in the place of random draws.
    let given: Tensor?

    init(level: Float, samples: Int, lastIsClean: Bool, given: Tensor? = nil) {
        self.level = level
        self.samples = given?.shape[0] ?? samples
        self.lastIsClean = lastIsClean
        self.given = given
    }

    func point(_ step: Int, _ subject: Subject) -> Tensor {
        let image = subject.image.detached
        if let given { return image + given.sliced(0, step..<(step + 1)).reshaped(image.shape) }
        if level == 0 || (lastIsClean && step == samples - 1) { return image }
        return withoutGradients {
            let range =
                image.max([1, 2, 3], keepingDimensions: true)
                - image.min([1, 2, 3], keepingDimensions: true)
            return image + subject.drawn("noise \(step)") { .normal($1, using: &$0) }
                * (range * level)
        }
    }
}

/// SmoothGrad (Smilkov et al., arXiv 1706.03825): `R = 1/n sum_k grad f(x + e_k)`, e_k normal. The
/// last sample has no noise (zennit's convention, and that of the published code of arXiv
/// 2311.04813).
public struct SmoothGrad: AveragingExplanation {
    public var name: String { "smoothgrad" }
    public var steps: Int { noise.samples }
    let noise: NoiseAround

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range.
    ///   - given: `[samples, batch, height, width, channels]`, added in the place of random draws.
    public init(samples: Int = 20, level: Float = 0.1, given: Tensor? = nil) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: true, given: given)
    }

    public func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor] {
        [
            subject.gradient(at: noise.point(step, subject), createGraph: createGraph)
                * (1 / Float(steps))
        ]
    }

    public func combined(_ sums: [Tensor], of subject: Subject) -> Tensor { sums[0] }
}

/// VarGrad (Adebayo et al., arXiv 1810.03292, section 2.2): the variance over k of `grad f(x +
/// e_k)`, with n in the denominator. Every sample has noise, as in Captum's NoiseTunnel.
public struct VarGrad: AveragingExplanation {
    public var name: String { "vargrad" }
    public var steps: Int { noise.samples }
    let noise: NoiseAround

    public init(samples: Int = 20, level: Float = 0.1, given: Tensor? = nil) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: false, given: given)
    }

    public func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor] {
        let gradient = subject.gradient(at: noise.point(step, subject), createGraph: createGraph)
        return [gradient * (1 / Float(steps)), gradient * gradient * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of subject: Subject) -> Tensor {
        sums[1] - sums[0] * sums[0]
    }
}
