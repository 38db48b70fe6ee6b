import PlumblineModels
import PlumblineStorage

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
        seed: UInt64(configuration.seed(ofStage: "start", isAlignment: false)))
}

/// The starting model with the weights that it begins with: those of `model.weights`, or random
/// ones.
///
/// - Throws: ``StorageError`` if the weights do not fit.
func startModel(_ configuration: Configuration) throws -> any Classifier {
    let path = configuration.model.weights
    guard !path.isEmpty else { return try freshModel(configuration) }
    let file = try WeightFile.open(path)
    let (model, report) = try WeightImport.model(
        configuration.model.architecture, weights: file, key: configuration.model.weightsKey
    ) { try freshModel(configuration, $0) }
    for line in report.lines { Progress.note("\(path): \(line)") }
    if report.drawnAnew.isEmpty { try checkClasses(of: file, configuration) }
    return model
}

/// Checks that a head that is kept has the classes of the configuration, in the same order.
///
/// - Throws: ``ConfigurationError`` that names the first difference.
private func checkClasses(of file: WeightFile, _ configuration: Configuration) throws {
    let classes = configuration.data.classes
    guard let stored = file.classes, stored.count == classes.count,
        let place = classes.indices.first(where: { classes[$0] != stored[$0] })
    else { return }
    throw ConfigurationError(
        configuration.file, "data.classes",
        "class \(place + 1) is \(classes[place]), but \(stored[place]) in the head of "
            + "\(file.path), which has \(ImportReport.listed(stored)); "
            + "give the same classes in the same order")
}
