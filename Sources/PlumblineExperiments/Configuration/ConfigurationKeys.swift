import PlumblineExplanations
import PlumblineSettings

typealias ConfigurationKey = SettingKey<Configuration>

/// The keys of configuration files: those of all sections, mounted in the order of the file.
enum ConfigurationKeys {
    static var all: [ConfigurationKey] {
        general
            + Configuration.CheckpointSettings.keys.mounted("checkpoints", at: \.checkpoints)
            + Configuration.DataSettings.keys.mounted("data", at: \.data)
            + Configuration.ModelSettings.keys.mounted("model", at: \.model)
            + Configuration.TrainingSettings.keys.mounted("train", at: \.train)
            + [sharedStages, permutedLabels, startSeed]
            + Configuration.AlignmentSettings.keys.mounted("align", at: \.align)
            + [alignSeed]
            + Configuration.TrainingSettings.adaptationKeys.mounted("adapt", at: \.adapt)
            + Configuration.EvaluationSettings.keys.mounted("evaluate", at: \.evaluate)
            + ExplanationSettings.keys.mounted("explanation", at: \.explanation)
            + [composite]
            + ExplanationSettings.registeredKeys.mounted("explanation", at: \.explanation)
    }

    private static var general: [ConfigurationKey] {
        [
            .text(
                "output", \.output,
                "The folder of the run. A second run in the same folder resumes the first."),
            .whole("seed", \.seed, in: 0...Int(Int32.max), "The seed of everything random."),
            .whole(
                "threads", \.threads, in: 0...1024,
                "0: all that the process may use. The same number gives bit-identical results."),
            .real(
                "checkpoint_minutes", \.checkpointMinutes, in: 0...1440,
                "Minutes between saved states; 0: every step. A killed run repeats the rest."),
        ]
    }

    private static var sharedStages: ConfigurationKey {
        .text(
            "train.shared", \.sharedStages,
            "A folder of stages that several runs share: start, align, misalign; empty: none.")
    }

    private static var permutedLabels: ConfigurationKey {
        .flag(
            "train.permuted_labels", \.permutesLabels,
            "Train the starting model on labels that are permuted among its images by seed.")
    }

    private static var startSeed: ConfigurationKey {
        .whole(
            "train.seed", \.startSeed, in: -1...Int(Int32.max),
            "The seed of the starting model's weights and training; -1: that of seed.")
    }

    private static var alignSeed: ConfigurationKey {
        .whole(
            "align.seed", \.alignSeed, in: -1...Int(Int32.max),
            "The seed of alignment and misalignment; -1: that of seed.")
    }

    private static var composite: ConfigurationKey {
        .text("explanation.composite", \.compositeFile, "YAML file of the rules of lrp_custom.")
    }
}

extension Array {
    /// The keys with one more after the key called `name`.
    func inserting<Owner>(_ key: SettingKey<Owner>, after name: String) -> [SettingKey<Owner>]
    where Element == SettingKey<Owner> {
        flatMap { $0.name == name ? [$0, key] : [$0] }
    }
}
