import PlumblineSettings

extension Configuration {
    /// What the folder of a stage keeps after the stage has ended.
    public struct CheckpointSettings: Sendable {
        /// The last checkpoint must be among them: it marks the end of the stage.
        public var kept = CheckpointChoice.allCases
        /// Whether a stage in the store of `train.shared` keeps every best checkpoint.
        ///
        /// Another run of the store may evaluate one that this run does not.
        public var sharedKeepAll = true
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
                "shared_keep_all", \.sharedKeepAll,
                "Stages in train.shared keep every best checkpoint, whatever keep says."),
            .flag(
                "optimiser", \.includesOptimiser,
                "Keep Adam's moments in last.h5; a killed run resumes without them too."),
        ]
    }
}
