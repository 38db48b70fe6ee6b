extension Tensor {
    /// The mean binary cross entropy of logits and targets in `0...1`.
    ///
    /// It does not overflow for large logits.
    ///
    /// - Parameter weights: of each term, of this tensor's shape; 0 leaves a label out. The
    ///   weighted sum is divided by the sum of the weights.
    public func binaryCrossEntropy(_ targets: Tensor, weights: Tensor? = nil) -> Tensor {
        require(
            shape == targets.shape && count > 0,
            "binaryCrossEntropy: logits \(shape), targets \(targets.shape)")
        let terms = softplus() - self * targets
        guard let weights else { return terms.mean() }
        require(
            weights.shape == shape,
            "binaryCrossEntropy: weights \(weights.shape) for logits \(shape)")
        return (terms * weights).sum() / Swift.max(1e-12, weights.sum().item)
    }
}
