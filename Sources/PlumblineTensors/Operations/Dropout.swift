extension Tensor {
    /// Sets each value to zero with probability `rate` and scales the others by `1 / (1 - rate)`
    /// (Srivastava et al., 2014).
    public func dropout(_ rate: Float, using random: inout RandomGenerator) -> Tensor {
        checked(rate, "dropout")
        if rate == 0 { return self }
        return self
            * Tensor(
                (0..<count).map { _ in random.uniform() < rate ? 0 : 1 / (1 - rate) }, shape: shape)
    }

    /// Sets whole samples of the batch to zero with probability `rate` and scales the others by
    /// `1 / (1 - rate)`.
    ///
    /// On a residual branch this is stochastic depth (Huang et al., arXiv 1603.09382).
    public func stochasticDepth(_ rate: Float, using random: inout RandomGenerator) -> Tensor {
        checked(rate, "stochasticDepth")
        if rate == 0 { return self }
        let kept = (0..<shape[0]).map { _ in random.uniform() < rate ? 0 : 1 / (1 - rate) as Float }
        return self * Tensor(kept, shape: [shape[0]] + [Int](repeating: 1, count: rank - 1))
    }

    private func checked(_ rate: Float, _ operation: String) {
        require(rate >= 0 && rate < 1 && rank > 0, "\(operation): rate \(rate) of shape \(shape)")
    }
}
