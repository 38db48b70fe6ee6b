import PlumblineTensors

/// The squared relevance outside the goal: `sum ((1 - M) R)^2` over pixels and channels ("right
/// for the right reasons", Ross et al., arXiv 1703.03717, equation 1).
///
/// R is neither rectified nor normalised, so the value has the square of the relevance's unit, from
/// 0 without a limit, and lambda depends on the model. Relevance inside the goal is free. Relevance
/// of 0 everywhere has the value 0 and the gradient 0: it is the loss's optimum.
struct RightReasonsLocation: LocationFormula {
    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        let shape = goals.shape
        let outside = (1 - goals).reshaped([shape[0], shape[1], shape[2], 1])
        return (relevance * outside).power(2).sum([1, 2, 3])
    }
}
