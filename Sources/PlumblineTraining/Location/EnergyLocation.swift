import PlumblineTensors

/// The share of positive relevance outside the goal: `1 - sum(R M) / sum R`, where R is the
/// positive part of the map (the energy loss of Rao et al., arXiv 2303.11932, equation 5, plus 1).
///
/// It is from 0 to 1, and 1 minus the mass accuracy at the model's size. It does not depend on the
/// scale of the relevance. A map whose sum is at most 1e-12 has the value 1 and the gradient 0.
struct EnergyLocation: LocationFormula {
    /// A map of this sum or less has no positive relevance.
    static let leastSum: Float = 1e-12

    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        let map = settings.pooled(relevance).relu()
        let total = map.sum([1, 2])
        let isDefined = total.detached .> Self.leastSum
        // The sum of an undefined map is replaced, so that nothing is divided by 0.
        let safeTotal = select(isDefined, total, Tensor(1))
        return 1 - (map * goals).sum([1, 2]) * isDefined / safeTotal
    }
}
