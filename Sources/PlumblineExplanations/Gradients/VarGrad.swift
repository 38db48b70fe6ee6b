import PlumblineModels
import PlumblineTensors

/// VarGrad (Adebayo et al., arXiv 1810.03292, section 2.2): the variance over k of
/// `grad f(x + e_k)`, with n in the denominator.
///
/// Every sample has noise, as in Captum's NoiseTunnel.
public struct VarGrad: AveragingExplanation {
    public var name: String { "vargrad" }
    public var steps: Int { noise.samples }
    let noise: NoiseAround

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range.
    ///   - given: `[samples, batch, height, width, channels]`: the noise, instead of random values.
    public init(samples: Int = 20, level: Float = 0.1, given: Tensor? = nil) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: false, fixedNoise: given)
    }

    public func contributions(
        _ step: Int, of request: Request, createGraph: Bool
    ) throws -> [Tensor] {
        try noise.check(request, for: name)
        let gradient = request.gradient(at: noise.point(step, request), createGraph: createGraph)
        return [gradient * (1 / Float(steps)), gradient * gradient * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of request: Request) -> Tensor {
        sums[1] - sums[0] * sums[0]
    }
}
