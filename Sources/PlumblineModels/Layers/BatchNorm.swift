import PlumblineTensors

/// Batch normalisation with running statistics (Ioffe & Szegedy, arXiv 1502.03167), and the ReLU
/// that follows it.
///
/// Epsilon is 1e-5 and the momentum of the running statistics 0.1, the defaults of PyTorch.
public struct BatchNorm: Sendable {
    /// `[channels]`.
    public let scale: Parameter
    /// `[channels]`.
    public let offset: Parameter
    /// `[channels]`, a buffer.
    public let runningMean: Parameter
    /// `[channels]`, a buffer.
    public let runningVariance: Parameter

    /// Registers "weight", "bias", "running_mean" and "running_var".
    ///
    /// - Parameter initialScale: 0 for the last norm of a block that begins as the identity.
    public init(_ scope: ParameterScope, _ channels: Int, initialScale: Float = 1) {
        scale = scope.parameter("weight", [channels], .constant(initialScale))
        offset = scope.parameter("bias", [channels], .constant(0))
        runningMean = scope.buffer("running_mean", [channels], constant: 0)
        runningVariance = scope.buffer("running_var", [channels], constant: 1)
    }

    /// Whether the running statistics are frozen (``Parameter/isFrozen``).
    ///
    /// The layer then normalises by them in every pass, and they do not move.
    private var isFrozen: Bool { runningMean.isFrozen || runningVariance.isFrozen }

    /// - Parameters:
    ///   - x: `[batch, height, width, channels]`
    ///   - relu: whether a ReLU follows.
    /// - Returns: a tensor of the same shape.
    public func callAsFunction(_ x: Tensor, _ pass: Pass, relu: Bool = true) -> Tensor {
        switch isFrozen ? .running : pass.normalisation {
        case .running:
            return x.batchNorm(
                scale: scale.value, offset: offset.value, mean: runningMean.value,
                variance: runningVariance.value, relu: relu)
        case .batch(let updates):
            let (y, statistics) = x.batchNorm(scale: scale.value, offset: offset.value, relu: relu)
            for _ in 0..<updates { update(statistics) }
            return y
        }
    }

    /// One step of the exponential averages.
    private func update(_ statistics: BatchStatistics) {
        RunningStatisticsUpdate(
            runningMean: runningMean, runningVariance: runningVariance, mean: statistics.mean,
            variance: statistics.variance,
            correction: Float(statistics.count) / Float(max(1, statistics.count - 1))
        ).takeOrNote()
    }
}
