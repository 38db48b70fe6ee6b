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
    /// The settings of images as YAML, for ``Checkpoint/preprocessing``.
    var preprocessingYAML: String {
        "data:\n"
            + PreprocessingKeys.all.map {
                "  \($0.name.dropFirst("data.".count)): \($0.write(self))\n"
            }.joined()
    }

    /// A configuration with the settings of images that a model needs.
    ///
    /// - Parameters:
    ///   - settings: as `key=value`. The size and the channels are the model's, unless they are
    ///     given.
    ///   - path: the file of the model, for errors.
    /// - Throws: ``ConfigurationError`` for a key that is not one of ``PreprocessingKeys``, and for
    ///   settings that do not fit the model.
    init(preprocessing settings: [String], for model: any Classifier, path: String) throws {
        let known = [PreprocessingKeys.preset] + PreprocessingKeys.all.map(\.name)
        var configuration = try Configuration(yaml: "", file: "--set", overrides: settings)
        if let other = configuration.givenKeys.subtracting(known).sorted().first {
            throw ConfigurationError(
                "--set", other,
                "is no setting of images; those are \(known.joined(separator: ", "))")
        }
        configuration.takeInput(of: model)
        try configuration.checkInput(of: model, path)
        self = configuration
    }
}
