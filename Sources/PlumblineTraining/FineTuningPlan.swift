/// The settings of a fine-tuning run; the defaults are the paper's.
public struct FineTuningPlan: Sendable, Equatable {
    public var epochs = 25
    /// Batches whose gradients are averaged into one step.
    public var accumulation = 4

    /// What the summed gradients of a step are divided by.
    public enum Divisor: String, Sendable, CaseIterable {
        /// The number of batches in this step: the last step of an epoch may have fewer.
        case batches
        /// Always ``accumulation``, as Lightning divides in the published code.
        case accumulation
    }

    public var divisor = Divisor.batches
    /// The largest norm of a gradient, which longer ones are scaled down to; `nil` for no limit.
    public var clip: Float? = 0.5
    public var optimiser = AdamW.Settings()
    public var schedule = Schedule()
    public var seed: UInt64 = 0
    public init() {}

    /// The paper's settings but for the most usual ones.
    public init(epochs: Int, accumulation: Int, learningRate: Float) {
        self.epochs = epochs
        self.accumulation = accumulation
        optimiser.rate = learningRate
    }
}
