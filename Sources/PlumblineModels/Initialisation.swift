import PlumblineTensors

/// The distributions that initial values are drawn from in torchvision and timm.
public enum Initialisation: Sendable {
    case constant(Float)
    /// Normal with mean 0 and a standard deviation.
    case normal(deviation: Float)
    /// Normal with standard deviation `sqrt(2 / fan)` (He et al., arXiv 1502.01852): PyTorch's
    /// `kaiming_normal_` for ReLU.
    case kaimingNormal(fan: Int)
    /// Uniform in `±1 / sqrt(fanIn)`: PyTorch's default for linear layers and convolutions.
    case fanInUniform(fanIn: Int)
    /// Normal; values outside `±2` are drawn again: timm's `trunc_normal_`.
    case truncatedNormal(deviation: Float)

    func values(_ shape: [Int], _ random: inout RandomGenerator) -> Tensor {
        switch self {
        case .constant(let value): return .full(shape, value)
        case .normal(let deviation): return .normal(shape, deviation: deviation, using: &random)
        case .kaimingNormal(let fan):
            return .normal(shape, deviation: (2 / Float(fan)).squareRoot(), using: &random)
        case .fanInUniform(let fanIn):
            let bound = 1 / Float(fanIn).squareRoot()
            return .uniform(shape, -bound, bound, using: &random)
        case .truncatedNormal(let deviation):
            let count = shape.reduce(1, *)
            return Tensor(
                (0..<count).map { _ in
                    while true {
                        let value = random.normal() * deviation
                        if abs(value) <= 2 { return value }
                    }
                }, shape: shape)
        }
    }
}
