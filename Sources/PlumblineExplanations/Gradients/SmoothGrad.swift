import PlumblineModels
import PlumblineTensors

/// SmoothGrad (Smilkov et al., arXiv 1706.03825): `R = 1/n sum_k grad f(x + e_k)`, e_k normal.
///
/// The last sample has no noise. This is the convention of zennit and of the published code of
/// arXiv 2311.04813.
public struct SmoothGrad: AveragingExplanation {
    public var name: String { "smoothgrad" }
    public var steps: Int { noise.samples }
    let noise: NoiseAround

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range.
    ///   - given: `[samples, batch, height, width, channels]`: the noise, instead of random values.
    public init(samples: Int = 20, level: Float = 0.1, given: Tensor? = nil) {
        noise = NoiseAround(level: level, samples: samples, lastIsClean: true, fixedNoise: given)
    }

    public func contributions(
        _ step: Int, of request: Request, createGraph: Bool
    ) throws -> [Tensor] {
        try noise.check(request, for: name)
        let gradient = request.gradient(at: noise.point(step, request), createGraph: createGraph)
        return [gradient * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of request: Request) -> Tensor { sums[0] }
}
