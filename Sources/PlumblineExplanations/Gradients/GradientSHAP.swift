import PlumblineModels
import PlumblineTensors

/// Gradient SHAP (Lundberg & Lee, arXiv 1705.07874, by expected gradients):
/// `R = 1/n sum_k (x + e_k - b_k) . grad f(b_k + a_k (x + e_k - b_k))`.
///
/// a is uniform in [0, 1), e is Gaussian noise and b is a baseline. This is Captum's
/// `GradientShap`. As there, the noise is off by default (`stdevs = 0`). If it is on, every sample
/// has it.
public struct GradientSHAP: AveragingExplanation {
    public var name: String { "gradient_shap" }
    public var steps: Int
    public var baseline: Baseline
    let noise: NoiseAround
    /// `[steps, batch]`: a, instead of random values.
    let coefficients: Tensor?

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range. Captum's
    ///     `stdevs` is this share times (max - min).
    ///   - coefficients: `[samples, batch]`: a, instead of random values.
    public init(
        samples: Int = 20, level: Float = 0, baseline: Baseline = .zero,
        coefficients: Tensor? = nil
    ) {
        steps = coefficients?.shape[0] ?? samples
        self.baseline = baseline
        noise = NoiseAround(level: level, samples: steps, lastIsClean: false)
        self.coefficients = coefficients
    }

    public func contributions(
        _ step: Int, of request: Request, createGraph: Bool
    ) throws -> [Tensor] {
        if let coefficients, coefficients.shape != [steps, request.count] {
            throw ExplanationError(
                "\(name): coefficients of shape \(coefficients.shape) for "
                    + "\(request.count) images; [samples, images] is needed")
        }
        let start = baseline.values(for: request)
        let image = noise.point(step, request)
        let shares =
            coefficients.map { $0.sliced(0, step..<(step + 1)).values }
            ?? request.seeds.map { seed in
                var random = RandomGenerator(seed: seed).stream("coefficient \(step)")
                return random.uniform()
            }
        let difference = image - start
        let point = start + difference * Tensor(shares, shape: [request.count, 1, 1, 1])
        return [
            request.gradient(at: point, createGraph: createGraph) * difference * (1 / Float(steps))
        ]
    }

    public func combined(_ sums: [Tensor], of request: Request) -> Tensor { sums[0] }
}
