import PlumblineTensors

/// The cross entropy of the pixels of the goal: `-sum(M log((N + 1e-6) / (1 + 1e-6))) / sum M` with
/// N of ``LocationLoss/normalised(_:)`` (PPCE of Shen et al., HAICS 2021, as in Rao et al., arXiv
/// 2303.11932, section 3.3).
///
/// It is from 0 to 13.8. Relevance outside the goal counts by the maximum of N alone. A map without
/// positive relevance has N = 0, the value 13.8 and, where relevance is rectified, the gradient 0.
/// A goal without a pixel has the value 0.
struct CrossEntropyLocation: LocationFormula {
    /// Added to N, so that the logarithm is finite.
    static let least: Float = 1e-6

    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        let logarithm = ((settings.normalised(relevance) + Self.least) / (1 + Self.least)).log()
        let area = goals.sum([1, 2])
        let safeArea = select(area .> 0, area, Tensor(1))
        return -(goals * logarithm).sum([1, 2]) / safeArea
    }
}
