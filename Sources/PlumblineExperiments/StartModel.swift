import PlumblineModels

/// A model of the configuration's architecture, with random weights.
///
/// - Parameter settings: of the architecture; `nil` for those of the configuration.
func freshModel(
    _ configuration: Configuration, _ settings: ModelConfiguration? = nil
) throws -> any Classifier {
    try ModelRegistry.make(
        configuration.model.name, classes: configuration.data.classes.count,
        configuration: ModelRegistry.fitted(
            settings ?? configuration.model.architecture,
            to: configuration.model.name,
            size: configuration.data.preprocessing.size,
            channels: configuration.data.preprocessing.channels),
        seed: UInt64(configuration.seed))
}

/// The starting model with the weights that it begins with: those of `model.weights`, or random
/// ones.
///
/// - Throws: ``StorageError`` if the weights do not fit.
func startModel(_ configuration: Configuration) throws -> any Classifier {
    let path = configuration.model.weights
    guard !path.isEmpty else { return try freshModel(configuration) }
    let (model, report) = try WeightImport.model(
        configuration.model.architecture, weights: path,
        key: configuration.model.weightsKey
    ) { try freshModel(configuration, $0) }
    for line in report.lines { Progress.note("\(path): \(line)") }
    return model
}
