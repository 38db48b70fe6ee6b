import PlumblineModels
import PlumblineTensors

/// Adam with decoupled weight decay (Loshchilov & Hutter, arXiv 1711.05101); steps equal PyTorch's.
public final class AdamW {
    public struct Settings: Sendable, Equatable {
        public var rate: Float = 1e-4
        public var betas: (Float, Float) = (0.9, 0.999)
        public var epsilon: Float = 1e-8
        public var weightDecay: Float = 0.01
        public init() {}
        public static func == (a: Settings, b: Settings) -> Bool {
            a.rate == b.rate && a.betas == b.betas && a.epsilon == b.epsilon
                && a.weightDecay == b.weightDecay
        }
    }

    public let settings: Settings
    public private(set) var step: Int
    /// First and second moments of each parameter, in the layout of the parameter.
    public private(set) var first: [Tensor], second: [Tensor]
    private let parameters: [Parameter]

    public init(_ parameters: [Parameter], settings: Settings) {
        self.parameters = parameters
        self.settings = settings
        step = 0
        first = parameters.map { .zeros($0.shape) }
        second = parameters.map { .zeros($0.shape) }
    }

    /// Puts back a stored state.
    public func restore(step: Int, first: [Tensor], second: [Tensor]) {
        require(
            first.map(\.shape) == parameters.map(\.shape)
                && second.map(\.shape) == parameters.map(\.shape),
            "AdamW: moments of other shapes")
        (self.step, self.first, self.second) = (step, first, second)
    }

    /// One step against `gradients`, each scaled by `scale` (clipping), at `rate`.
    ///
    /// Parameters change in place: no graph that used them may be differentiated afterwards.
    public func update(_ gradients: [Tensor], rate: Float, scale: Float = 1) {
        step += 1
        let numbers = AdamWStep(
            step: step, learningRate: rate, beta1: settings.betas.0, beta2: settings.betas.1,
            epsilon: settings.epsilon, weightDecay: settings.weightDecay, gradientScale: scale)
        for index in parameters.indices {
            parameters[index].value.updateByAdamW(
                numbers, gradient: gradients[index], firstMoment: first[index],
                secondMoment: second[index])
        }
    }
}

/// The Euclidean norm of all gradients together.
func globalNorm(_ gradients: [Tensor]) -> Float {
    Float(gradients.reduce(0.0) { $0 + $1.sumOfSquares }.squareRoot())
}
