/// A score on a scale where chance is 0 and the best is 1: `(score - chance) / (1 - chance)`.
///
/// Cohen's kappa has this form (1960). `chance` is the score of a map without information; mass
/// and rank accuracy of a uniform map are the share of the image that the mask covers. `nil` where
/// chance is not below 1, or a number is not finite.
public func chanceCorrected(_ score: Double, chance: Double) -> Double? {
    guard score.isFinite, chance.isFinite, chance < 1 else { return nil }
    return (score - chance) / (1 - chance)
}
