extension Tensor {
    /// The mean binary cross entropy of logits against targets in `[0, 1]`, exact for large logits.
    ///
    /// - Parameter weights: of each term, for labels to leave out; the mean is over their sum.
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

    /// The mean cross entropy of `[rows, classes]` logits against a class a row.
    public func crossEntropy(_ classes: [Int]) -> Tensor {
        -logSoftmax().picked(classes).mean()
    }
}
