import PlumblineData
import PlumblineModels
import PlumblineStorage

extension Configuration {
    /// The settings of images that belong to the model.
    private static let modelKeys = [
        "data.size", "data.channels", "data.antialias", "data.mean", "data.deviation",
    ]

    /// This configuration with the preprocessing, the classes and the architecture of a
    /// checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: an imported checkpoint stores no settings. Then the model says which images
    ///     it takes.
    ///   - path: the checkpoint's file, for errors.
    /// - Throws: ``ConfigurationError`` that names both values if a given key differs from the
    ///   checkpoint. Also if the settings do not fit the model, or if the target is not one of its
    ///   classes.
    func adopting(_ checkpoint: Checkpoint, model: any Classifier, path: String) throws
        -> Configuration
    {
        var result = self
        if checkpoint.configuration.isEmpty {
            result.takeInput(of: model)
        } else {
            let stored = try Configuration(stored: checkpoint.configuration, file: path)
            for key in ConfigurationKeys.all where Self.modelKeys.contains(key.name) {
                let value = key.write(self)
                let storedValue = key.write(stored)
                guard value == storedValue || !givenKeys.contains(key.name) else {
                    throw ConfigurationError(
                        file, key.name,
                        "is \(value) here, but \(path) was made with \(storedValue); "
                            + "leave the key out"
                    )
                }
                key.copy(from: stored, to: &result)
            }
            result.model.name = stored.model.name
            result.model.configuration = stored.model.configuration
            if !givenKeys.contains("model.pretraining") {
                result.model.pretraining = stored.model.pretraining
            }
        }
        guard !givenKeys.contains("model.output") || self.model.output == model.output else {
            throw ConfigurationError(
                file, "model.output",
                "is \(self.model.output.rawValue) here, but \(path) is "
                    + "\(model.output.rawValue); leave the key out")
        }
        result.model.output = model.output
        try result.checkInput(of: model, path)
        guard !givenKeys.contains("data.classes") || data.classes == checkpoint.classes else {
            throw ConfigurationError(
                file, "data.classes",
                "are \(data.classes.joined(separator: ", ")) here, but those of \(path) are "
                    + "\(checkpoint.classes.joined(separator: ", ")); leave the key out")
        }
        result.data.classes = checkpoint.classes
        guard TargetClass(data.target, in: checkpoint.classes) != nil else {
            throw ConfigurationError(
                file, "data.target",
                "\(data.target) is not one of the classes of \(path): "
                    + checkpoint.classes.joined(separator: ", "))
        }
        return result
    }

    /// Sets the image size and the channels that `model` needs, unless they are given.
    mutating func takeInput(of model: any Classifier) {
        if let size = model.imageSize, !givenKeys.contains("data.size") {
            data.preprocessing.size = size
        }
        if !givenKeys.contains("data.channels") {
            data.preprocessing.channels = model.inputChannels
        }
    }

    /// - Throws: ``ConfigurationError`` if `model` cannot take images of these settings.
    func checkInput(of model: any Classifier, _ path: String) throws {
        let size = data.preprocessing.size
        let channels = data.preprocessing.channels
        if let fixed = model.imageSize, fixed != size {
            throw ConfigurationError(
                file, "data.size", "is \(size), but the model of \(path) takes \(fixed)")
        }
        guard size >= model.smallestImageSize else {
            throw ConfigurationError(
                file, "data.size",
                "is \(size), but the model of \(path) needs at least \(model.smallestImageSize)")
        }
        guard channels == model.inputChannels else {
            throw ConfigurationError(
                file, "data.channels",
                "is \(channels), but the model of \(path) takes \(model.inputChannels)")
        }
    }
}

extension Classifier {
    /// The channels of the image, which the first convolution reads.
    var inputChannels: Int {
        let first = parameters.first { $0.layout == .convolution }
        return first.map { $0.torchShape[1] } ?? 3
    }
}
