import PlumblineTensors

/// A rule of layer-wise relevance propagation: how a layer's relevance R is shared among its
/// inputs.
///
/// A rule on an affine layer consists of a few terms. Each term is a version of the input through a
/// version of the weights. With z the sum of a group's terms, each input gets `x . Wᵀ (R / z)`
/// from every term (Bach et al., doi 10.1371/journal.pone.0130140, eq. 56 onwards).
public enum LRPRule: Sendable, Equatable {
    /// `z = W x + b + epsilon sign(z)` (Bach et al. 2015, eq. 58).
    case epsilon(Float = 1e-6)
    /// Positive weights count `1 + gamma` times (Montavon et al. 2019, section 10.2.1; for inputs
    /// of both signs Andéol et al. 2021).
    case gamma(Float = 0.25)
    /// Positive contributions only (Montavon et al. 2017, eq. 14, inputs of both signs): alpha 1,
    /// beta 0.
    case zPlus
    /// `alpha` times the positive contributions minus `beta` times the negative, `alpha - beta = 1`
    /// (Bach et al. 2015, eq. 60).
    case alphaBeta(Float = 2, Float = 1)
    /// For a layer that reads pixels within `low ... high` (Montavon et al. 2017, eq. 19).
    case zBox(low: Float, high: Float)
    /// In proportion to the squared weights, whatever the input is (Montavon et al. 2017, eq. 12).
    case wSquare
    /// Equal shares for all inputs that a unit reads (Lapuschkin et al. 2019).
    case flat
    /// Passed on unchanged.
    case pass
    /// In proportion to contributions to a sum or a mean.
    case norm
    /// The layer's derivative.
    case gradient

    /// Added to denominators with their own sign, so that they are not 0.
    static let stabiliser: Float = 1e-6
}

extension LRPRule {
    /// The groups of the rule on an affine layer; `nil` for a rule of another kind of layer.
    var groups: [LRPGroup]? {
        func both(_ same: LRPPart, _ opposite: LRPPart) -> [LRPTerm] {
            [
                LRPTerm(input: .positive, weight: same, bias: same),
                LRPTerm(input: .negative, weight: opposite, bias: nil),
            ]
        }
        switch self {
        case .epsilon(let epsilon):
            return [
                LRPGroup(
                    terms: [LRPTerm(input: .whole, weight: .whole, bias: .whole)],
                    stabiliser: epsilon)
            ]
        case .zPlus: return [LRPGroup(terms: both(.positive, .negative))]
        case .alphaBeta(let alpha, let beta):
            return [LRPGroup(terms: both(.positive, .negative), factor: alpha)]
                + (beta == 0 ? [] : [LRPGroup(terms: both(.negative, .positive), factor: -beta)])
        case .gamma(let gamma):
            return [
                LRPGroup(
                    terms: both(.favouringPositive(gamma), .favouringNegative(gamma)),
                    gate: .positiveOutput),
                LRPGroup(
                    terms: both(.favouringNegative(gamma), .favouringPositive(gamma)),
                    gate: .negativeOutput),
            ]
        case .zBox(let low, let high):
            return [
                LRPGroup(terms: [
                    LRPTerm(input: .whole, weight: .whole, bias: .whole),
                    LRPTerm(input: .constant(low), weight: .positive, bias: .positive, sign: -1),
                    LRPTerm(input: .constant(high), weight: .negative, bias: .negative, sign: -1),
                ])
            ]
        case .wSquare:
            return [LRPGroup(terms: [LRPTerm(input: .ones, weight: .square, bias: .square)])]
        case .flat: return [LRPGroup(terms: [LRPTerm(input: .ones, weight: .ones, bias: nil)])]
        case .pass, .norm, .gradient: return nil
        }
    }
}

/// `z` moved away from 0 by `epsilon` in the direction of its sign.
///
/// 0 counts as positive.
func stabilised(_ z: Tensor, _ epsilon: Float) -> Tensor {
    // The sign is constant almost everywhere.
    let shift = withoutGradients { (z.detached .>= 0) * (2 * epsilon) - epsilon }
    return z + shift
}
