/// The mean and the biased variance of each channel of a batch.
public struct BatchStatistics: Sendable {
    /// `[channels]`.
    public let mean: Tensor
    /// `[channels]`.
    public let variance: Tensor
    /// How many values of a channel they were computed from.
    public let count: Int
}
