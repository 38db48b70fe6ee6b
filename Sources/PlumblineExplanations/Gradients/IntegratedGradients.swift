import PlumblineModels
import PlumblineTensors

/// Integrated gradients (Sundararajan et al., arXiv 1703.01365, equation 3).
///
/// `R = (x - x0) . 1/n sum_k grad f(x0 + k/n (x - x0))`, k = 1 ... n.
public struct IntegratedGradients: AveragingExplanation {
    public var name: String { "integrated_gradients" }
    public var steps: Int
    /// Where the path starts: x0.
    public var baseline: Baseline

    public init(steps: Int = 20, baseline: Baseline = .zero) {
        self.steps = steps
        self.baseline = baseline
    }

    public func contributions(_ step: Int, of request: Request, createGraph: Bool) -> [Tensor] {
        let start = baseline.values(for: request)
        let image = request.image.detached
        let point = start + (image - start) * (Float(step + 1) / Float(steps))
        return [request.gradient(at: point, createGraph: createGraph) * (1 / Float(steps))]
    }

    public func combined(_ sums: [Tensor], of request: Request) -> Tensor {
        sums[0] * (request.image.detached - baseline.values(for: request))
    }
}
