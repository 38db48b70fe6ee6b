import Kernels
import Models
import Tensors

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

    /// One step against `gradients`, each scaled by `scale` (clipping), at `rate`. Parameters
    /// change in place: no graph that used them may be differentiated afterwards.
    public func update(_ gradients: [Tensor], rate: Float, scale: Float = 1) {
        step += 1
        let (beta1, beta2) = settings.betas
        let kernel = pl_adamw(
            rate: rate, beta1: beta1, beta2: beta2, epsilon: settings.epsilon,
            decay: settings.weightDecay,
            correction1: Float(1 - Double(beta1).power(step)),
            correction2: Float(1 - Double(beta2).power(step)),
            gradient_scale: scale)
        for index in parameters.indices {
            let value = parameters[index].value
            withPointers(gradients[index], value, first[index], second[index]) { p in
                backend.forRanges(value.count, grain: Parallel.elementGrain) { range in
                    let i = range.lowerBound
                    pl_adamw_step(kernel, p[0] + i, p[1] + i, p[2] + i, p[3] + i, range.count)
                }
            }
        }
    }
}

extension Double {
    fileprivate func power(_ exponent: Int) -> Double {
        var result = 1.0, base = self, rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= base }
            base *= base
            rest >>= 1
        }
        return result
    }
}

/// The Euclidean norm of all gradients together.
func globalNorm(_ gradients: [Tensor]) -> Float {
    Float(
        gradients.reduce(0.0) { total, g in
            total + withPointers(g) { p in pl_dot(p[0], p[0], g.count) }
        }.squareRoot())
}
