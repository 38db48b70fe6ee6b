import PlumblineSettings

extension Configuration {
    /// What the folder of a stage keeps after the stage has ended.
    public struct CheckpointSettings: Sendable {
        /// The last checkpoint must be among them: it marks the end of the stage.
        public var kept = CheckpointChoice.allCases
        /// Whether the last checkpoint has Adam's moments, twice the size of the weights.
        public var includesOptimiser = false
    }
}

extension Configuration.CheckpointSettings {
    static var keys: [SettingKey<Self>] {
        [
            .choices(
                "keep", \.kept,
                "The checkpoints that a stage keeps, of last (required), best_auroc, best_location."
            ),
            .flag(
                "optimiser", \.includesOptimiser,
                "Keep Adam's moments in last.h5; a killed run resumes without them too."),
        ]
    }
}
