import PlumblineTensors

/// The formula of a location loss.
///
/// It has a finite value on every finite map. On a map that it is not defined on, the value is the
/// one that the formula's documentation states, and the gradient is 0.
protocol LocationFormula {
    /// - Parameters:
    ///   - relevance: `[n, height, width, channels]`
    ///   - goals: `[n, height, width]` in `[0, 1]`
    ///   - settings: how relevance is pooled and normalised.
    /// - Returns: `[n]`, lower is closer to the goal.
    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor
}
