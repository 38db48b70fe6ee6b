import PlumblineTensors

/// The initial distributions that torchvision and timm use.
enum Initialisation {
    case constant(Float)
    case normal(deviation: Float)
    /// Normal of deviation `sqrt(2 / fan)` (He et al., arXiv 1502.01852): `kaiming_normal_` for
    /// ReLU.
    case kaimingNormal(fan: Int)
    /// Uniform in `±1 / sqrt(fanIn)`: what PyTorch gives a linear or convolution layer unless told
    /// otherwise.
    case fanInUniform(fanIn: Int)
    /// Normal, redrawn outside `±2`: timm's `trunc_normal_`.
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
