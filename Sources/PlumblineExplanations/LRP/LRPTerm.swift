import PlumblineTensors

/// A version of a layer's input or parameters.
enum LRPPart: Equatable {
    /// p itself.
    case whole
    /// `max(p, 0)`
    case positive
    /// `min(p, 0)`
    case negative
    case ones
    case square
    /// `p + gamma max(p, 0)`
    case favouringPositive(Float)
    /// `p + gamma min(p, 0)`
    case favouringNegative(Float)
    case constant(Float)

    func of(_ x: Tensor) -> Tensor {
        switch self {
        case .whole: x
        case .positive: x.relu()
        case .negative: -(-x).relu()
        case .ones: .ones(x.shape)
        case .square: x * x
        case .favouringPositive(let gamma): x + x.relu() * gamma
        case .favouringNegative(let gamma): x - (-x).relu() * gamma
        case .constant(let value): .full(x.shape, value)
        }
    }
}

/// One version of the input through one version of the parameters.
struct LRPTerm {
    var input: LRPPart
    var weight: LRPPart
    /// `nil` if the term has no bias.
    var bias: LRPPart?
    var sign: Float = 1
}

/// Terms that share a denominator.
struct LRPGroup {
    /// For which outputs of the layer the group counts.
    enum Gate { case always, positiveOutput, negativeOutput }

    var terms: [LRPTerm]
    var factor: Float = 1
    var gate = Gate.always
    var stabiliser = LRPRule.stabiliser
}
