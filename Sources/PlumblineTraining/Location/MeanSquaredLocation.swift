import PlumblineTensors

/// The mean squared difference of normalised relevance and its goal (arXiv 2311.04813):
/// `mean (N - M)^2` with N of ``LocationLoss/normalised(_:)``.
///
/// It is from 0 to 1. A map without positive relevance has N = 0, the value `mean M^2` and, where
/// relevance is rectified, the gradient 0.
struct MeanSquaredLocation: LocationFormula {
    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        (settings.normalised(relevance) - goals).power(2).mean([1, 2])
    }

    /// The mean over images, or over all pairs of an image and a goal.
    func mean(_ normalised: Tensor, _ goals: Tensor, _ pairing: LocationPairing) -> Tensor {
        switch pairing {
        case .own: return (normalised - goals).power(2).mean()
        case .allPairs:
            let shape = goals.shape
            return (normalised - goals.reshaped([shape[0], 1, shape[1], shape[2]])).power(2).mean()
        }
    }
}
