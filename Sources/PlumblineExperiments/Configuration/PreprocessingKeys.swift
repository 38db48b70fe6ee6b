import PlumblineData
import PlumblineModels

/// The keys of `data` that belong to the model: how an image becomes its input.
enum PreprocessingKeys {
    /// The key that sets the others by the name of a preset.
    static let preset = "data.preprocessing"

    static var all: [ConfigurationKey] {
        let names = Set(Preprocessing.keys.map { "data.\($0.name)" })
            .subtracting([preset])
        return ConfigurationKeys.all.filter { names.contains($0.name) }
    }
}

extension Configuration {
    /// The settings of images that a model needs, as YAML for ``Checkpoint/preprocessing``.
    ///
    /// - Parameters:
    ///   - settings: as `key=value`. The size and the channels are the model's, unless they are
    ///     given. Without settings the result is empty.
    ///   - path: the file of the model, for errors.
    /// - Throws: ``ConfigurationError`` for a key that is not one of ``PreprocessingKeys``, and for
    ///   settings that do not fit the model.
    static func preprocessingYAML(
        _ settings: [String], for model: any Classifier, path: String
    ) throws -> String {
        guard !settings.isEmpty else { return "" }
        let known = [PreprocessingKeys.preset] + PreprocessingKeys.all.map(\.name)
        var configuration = try Configuration(yaml: "", file: "--set", overrides: settings)
        if let other = configuration.givenKeys.subtracting(known).sorted().first {
            throw ConfigurationError(
                "--set", other,
                "is no setting of images; those are \(known.joined(separator: ", "))")
        }
        configuration.takeInput(of: model)
        try configuration.checkInput(of: model, path)
        return "data:\n"
            + PreprocessingKeys.all.map {
                "  \($0.name.dropFirst("data.".count)): \($0.write(configuration))\n"
            }.joined()
    }
}
