import PlumblineSettings

/// The settings of a fine-tuning run.
///
/// The defaults are those of the paper (arXiv 2311.04813).
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
    /// The largest norm of a gradient.
    ///
    /// A longer one is scaled down to it; `nil` for no limit.
    public var clip: Float? = 0.5
    public var optimiser = AdamW.Settings()
    public var schedule = Schedule()
    public var seed: UInt64 = 0
    /// Every how many steps the gradient of the location loss is measured; 0: never.
    ///
    /// It changes no result.
    public var gradientEvery = 0

    public init() {}

    /// The paper's settings but for the most usual ones.
    public init(epochs: Int, accumulation: Int, learningRate: Float) {
        self.epochs = epochs
        self.accumulation = accumulation
        optimiser.learningRate = learningRate
    }
}

extension FineTuningPlan {
    /// ``clip`` as configuration files write it: 0 for no limit.
    var clipOrZero: Float {
        get { clip ?? 0 }
        set { clip = newValue > 0 ? newValue : nil }
    }

    /// The settings as configuration files name them.
    ///
    /// ``seed`` is not one of them.
    public static var keys: [SettingKey<FineTuningPlan>] {
        [
            .whole(
                "epochs", \.epochs, in: 0...1_000_000,
                "Passes over the training images; 0: the weights stay as they are."),
            .whole(
                "accumulation", \.accumulation, in: 1...4096,
                "Batches whose gradients make one optimiser step."),
        ] + AdamW.Settings.keys.mounted("", at: \.optimiser) + [
            .float(
                "clip", \.clipOrZero, in: 0...1e9,
                "Largest norm of a gradient; longer ones are scaled down; 0: no limit.")
        ] + Schedule.keys.mounted("", at: \.schedule) + [
            .choice(
                "divisor", \.divisor,
                "What the summed gradients of a step are divided by: its batches, or accumulation")
        ]
    }
}
