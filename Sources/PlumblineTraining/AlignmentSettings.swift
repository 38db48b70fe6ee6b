import PlumblineExplanations
import PlumblineSettings

extension AlignmentObjective {
    /// The settings of the alignment objective.
    ///
    /// Where the published code (arXiv 2311.04813) differs from what the paper says, the default
    /// follows the paper.
    public struct Settings: Sendable, Equatable {
        /// The weight of the location loss.
        public var lambda = 1.0
        public var location = LocationLoss()
        public var outputSeed = OutputSeed.standard
        public var explanationMode = ExplanationMode.eval
        public var positivesWithoutMask = PositivesWithoutMask.skip
        /// Whether one forward pass serves both losses if the result is the same.
        ///
        /// Without it the values are the same, at the cost of the published code.
        public var sharesForward = true
        /// Whether the graphs of all points of an averaging explanation are kept, instead of
        /// visiting each point twice.
        ///
        /// This is faster and needs memory for every point.
        public var keepsAllGraphs = false
        /// Whether the activations of the model's blocks are computed again instead of kept.
        public var recomputesBlocks = false

        public init() {}
    }
}

extension AlignmentObjective.Settings {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<AlignmentObjective.Settings>] {
        [
            .real("lambda", \.lambda, in: 0...1e6, "Weight of the location loss."),
            .choice("loss", \.location.kind, "The formula of the location loss"),
            .flag("rectify", \.location.rectifies, "Set negative relevance to 0."),
            .choice("output_seed", \.outputSeed, "What is propagated back from the logit"),
            .choice(
                "explanation_mode", \.explanationMode,
                "The mode of the model when it is explained"),
            .choice(
                "location_pairing", \.location.pairing, "The masks that a map is compared with"),
            .choice(
                "positives_without_mask", \.positivesWithoutMask,
                "Leave such images out of the location loss, or use an empty mask"),
            .flag(
                "shared_forward", \.sharesForward,
                "One forward pass for both losses, if the result is the same."),
            .flag(
                "keep_all_graphs", \.keepsAllGraphs,
                "Train averaging methods faster, with memory that grows with their steps."),
            .flag(
                "checkpointed", \.recomputesBlocks,
                "Recompute each block's activations: less memory, nearly twice the time."),
        ]
    }
}
