import PlumblineModels
import PlumblineSettings

extension Configuration {
    /// The architecture and the weights that it starts from.
    public struct ModelSettings: Sendable {
        public var name = "densenet121"
        /// Settings of the architecture as JSON.
        public var configuration = "{}"
        /// What the outputs mean together.
        public var output = OutputKind.multilabel
        /// A file of weights; empty for random ones.
        public var weights = ""
        /// The key of the weights in a file with several models; empty for those that fit best.
        public var weightsKey = ""
        /// The name of the pre-training in the results.
        public var pretraining = "from_scratch"

        /// The settings of the architecture, with the output kind.
        ///
        /// - Throws: ``ModelError`` if ``configuration`` is not JSON of numbers and lists.
        var architecture: ModelConfiguration {
            get throws { try ModelConfiguration(json: configuration, output: output) }
        }
    }
}

extension Configuration.ModelSettings {
    static var keys: [SettingKey<Self>] {
        [
            .text(
                "name", \.name,
                "A registered architecture, such as densenet121 or vit_base_patch16_224."),
            .json(
                "config", \.configuration,
                "Settings of the architecture as JSON: growth_rate, block_config, img_size, ..."),
            .choice(
                "output", \.output,
                "Several labels per image (sigmoid), or exactly one class (softmax)"),
            .text(
                "weights", \.weights,
                "Start from a checkpoint, safetensors, .pt or Keras HDF5; empty: random weights. "
                    + "A head of another size gets random weights."),
            .text(
                "weights_key", \.weightsKey,
                "In a file with several models: a key such as state_dict_ema, or the prefix of "
                    + "the names; empty: the weights that fit best."),
            .text("pretraining", \.pretraining, "The name of the pre-training in the results."),
        ]
    }
}
