import PlumblineEvaluation
import PlumblineExplanations
import PlumblineSettings

extension Configuration {
    /// The settings of the evaluation.
    public struct EvaluationSettings: Sendable {
        /// The methods that are evaluated; empty for the method that is trained through.
        public var explanations: [String] = []
        public var metrics = ["mass_accuracy", "rank_accuracy", "mask_area_share"]
        public var outputSeed = OutputSeed.standard
        public var checkpoint = CheckpointChoice.last
        /// The largest difference of two AUROCs that counts as equal predictions.
        public var margin = 0.05
        /// Images per forward pass.
        public var batchSize = 8
        public var savesExplanations = false
        /// Whether the curves of deletion and the like are stored.
        public var savesCurves = true
        public var panelImages = 4
        /// The store of adapted models; empty for the usual one (``Configuration/adaptedStore``).
        public var adaptedModels = ""
        /// The checkpoint of a model that was trained on permuted labels; empty for none.
        public var permutedLabelsModel = ""
    }
}

extension Configuration.EvaluationSettings {
    static var keys: [SettingKey<Self>] {
        let differentiable = ExplanationRegistry.differentiableNames
        let others = ExplanationRegistry.names.filter { !differentiable.contains($0) }
            .joined(separator: ", ")
        let metrics = MetricRegistry.names.joined(separator: ", ")
        return [
            .list(
                "explanations", \.explanations,
                "The methods to evaluate: those of align.explanation, \(others); "
                    + "prefix sess: to enhance one; empty: the method trained through.",
                mayBeEmpty: true),
            .list("metrics", \.metrics, "The metrics that score explanations: \(metrics)."),
            .choice(
                "output_seed", \.outputSeed, "What is propagated back from the logit in evaluation"
            ),
            .choice(
                "checkpoint", \.checkpoint, "The checkpoint of a scenario that is evaluated"),
            .real(
                "margin", \.margin, in: 0...1,
                "Largest difference of two AUROCs that counts as equal predictions."),
            .whole("batch_size", \.batchSize, in: 1...4096, "Images per forward pass."),
            .flag("save_explanations", \.savesExplanations, "Keep every map in results.h5."),
            .flag(
                "save_curves", \.savesCurves,
                "Keep the curves of deletion, insertion and the like in results.h5."),
            .whole("panel_images", \.panelImages, in: 0...64, "Rows of panel.png."),
            .text(
                "adapted_models", \.adaptedModels,
                "The folder of the models that plumbline adapt makes for idsds and f_fidelity; "
                    + "empty: train.shared, or adapted in the folder output."),
            .text(
                "permuted_labels_model", \.permutedLabelsModel,
                "The checkpoint of a model of train.permuted_labels, for data_randomisation; "
                    + "empty: none."),
        ]
    }
}
