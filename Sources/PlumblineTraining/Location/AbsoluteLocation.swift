import PlumblineTensors

/// The mean absolute difference of normalised relevance and its goal: `mean |N - M|` with N of
/// ``LocationLoss/normalised(_:)``.
///
/// It is the L1 loss of Gao et al. (RES, arXiv 2206.13413) and of Rao et al. (arXiv 2303.11932,
/// section 3.3), which divide by the maximum instead. It is from 0 to 1. A map without positive
/// relevance has N = 0, the value `mean M` and, where relevance is rectified, the gradient 0.
struct AbsoluteLocation: LocationFormula {
    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        (settings.normalised(relevance) - goals).abs().mean([1, 2])
    }
}
