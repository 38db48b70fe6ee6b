import PlumblineTensors

/// One step of a batch norm's running statistics towards those of a batch.
///
/// A forward pass takes it at once. Where batches of one step are computed by several processes, it
/// is noted, and every process takes the steps of all batches in the order of the batches. Running
/// statistics then do not depend on who computed what.
package struct RunningStatisticsUpdate {
    /// `[channels]`.
    package let runningMean: Parameter
    /// `[channels]`.
    package let runningVariance: Parameter
    /// `[channels]`, of the batch.
    package let mean: Tensor
    /// `[channels]`, of the batch, biased.
    package let variance: Tensor
    /// What makes the variance unbiased.
    package let correction: Float
    private static let momentum: Float = 0.1

    package init(
        runningMean: Parameter, runningVariance: Parameter, mean: Tensor, variance: Tensor,
        correction: Float
    ) {
        self.runningMean = runningMean
        self.runningVariance = runningVariance
        self.mean = mean
        self.variance = variance
        self.correction = correction
    }

    /// Moves the running statistics; the variance is the unbiased one, as in PyTorch.
    package func take() {
        let kept = 1 - Self.momentum
        runningMean.assign(runningMean.value * kept + mean * Self.momentum)
        runningVariance.assign(
            runningVariance.value * kept + variance * (correction * Self.momentum))
    }

    /// What is noted now; `nil` where updates are taken at once.
    ///
    /// Used by the thread that owns the ``Engine`` alone.
    nonisolated(unsafe) private static var notes: [RunningStatisticsUpdate]?

    /// Takes the update, or notes it inside ``noting(_:)``.
    func takeOrNote() {
        if Self.notes == nil { take() } else { Self.notes!.append(self) }
    }

    /// Runs `body`; forward passes inside it note updates instead of taking them.
    package static func noting<Result>(
        _ body: () throws -> Result
    ) rethrows -> (result: Result, updates: [RunningStatisticsUpdate]) {
        _ = backend
        notes = []
        defer { notes = nil }
        let result = try body()
        return (result, notes!)
    }
}
