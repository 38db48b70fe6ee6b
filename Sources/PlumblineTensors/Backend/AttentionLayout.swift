/// The sizes of multi-head attention, and its constant mask.
package struct AttentionLayout {
    package let batch: Int
    package let tokens: Int
    package let heads: Int
    /// Features of one head.
    package let size: Int
    /// `[windows, tokens, tokens]`, added to the scores; sample `i` has window `i % windows`.
    package let mask: Tensor?

    init(_ packed: Tensor, heads: Int, bias: Tensor?, mask: Tensor?) {
        require(
            packed.rank == 3 && heads > 0 && packed.shape[2] % (3 * heads) == 0 && packed.count > 0,
            "attention: shape \(packed.shape) for \(heads) heads")
        batch = packed.shape[0]
        tokens = packed.shape[1]
        self.heads = heads
        size = packed.shape[2] / (3 * heads)
        self.mask = mask?.detached
        require(
            bias == nil || bias!.shape == biasShape,
            "attention: bias \(bias?.shape ?? []) for \(heads) heads of shape \(packed.shape)")
        require(
            mask == nil
                || (mask!.rank == 3 && Array(mask!.shape[1...]) == [tokens, tokens]
                    && batch % max(1, mask!.shape[0]) == 0),
            "attention: mask \(mask?.shape ?? []) for shape \(packed.shape)")
    }

    /// Features of all heads together.
    package var features: Int { heads * size }
    package var outputShape: [Int] { [batch, tokens, features] }
    package var biasShape: [Int] { [heads, tokens, tokens] }
    /// What the products of queries and keys are multiplied by.
    package var scale: Float { 1 / Float(size).squareRoot() }
}
