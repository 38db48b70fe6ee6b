import PlumblineModels
import PlumblineTensors

/// Gradient SHAP (Lundberg & Lee, arXiv 1705.07874, by expected gradients), with a uniform in
/// [0, 1), e Gaussian noise and b a baseline:
/// `R = 1/n sum_k (x + e_k - b_k) . grad f(b_k + a_k (x + e_k - b_k))`.
///
/// This is Captum's `GradientShap`. Its noise is off by default, as there (`stdevs = 0`); where it
/// is on, every sample has it.
public struct GradientSHAP: AveragingExplanation {
    public var name: String { "gradient_shap" }
    public var steps: Int
    public var baseline: Baseline
    let noise: NoiseAround
    /// `[steps, batch]`: a, in the place of random draws.
    let coefficients: Tensor?

    /// - Parameters:
    ///   - level: standard deviation of the noise as a share of the image's range. Captum's
    ///     `stdevs` is this share times (max - min).
    ///   - coefficients: `[samples, batch]`, a in the place of random draws.
    public init(
        samples: Int = 20, level: Float = 0, baseline: Baseline = .zero,
        coefficients: Tensor? = nil
    ) {
        steps = coefficients?.shape[0] ?? samples
        self.baseline = baseline
        noise = NoiseAround(level: level, samples: steps, lastIsClean: false)
        self.coefficients = coefficients
    }

    public func contributions(_ step: Int, of subject: Subject, createGraph: Bool) -> [Tensor] {
        let start = baseline.values(for: subject), image = noise.point(step, subject)
        let places =
            coefficients.map { $0.sliced(0, step..<(step + 1)).values }
            ?? subject.seeds.map { seed in
                var random = RandomGenerator(seed: seed).stream("coefficient \(step)")
                return random.uniform()
            }
        let away = image - start
        let point = start + away * Tensor(places, shape: [subject.count, 1, 1, 1])
        return [subject.gradient(at: point, createGraph: createGraph) * away * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of subject: Subject) -> Tensor { sums[0] }
}
