import PlumblineData
import PlumblineModels
import PlumblineStorage

extension Configuration {
    /// The settings that belong to a model rather than to the images that it is shown.
    private static let modelKeys = [
        "data.size", "data.channels", "data.antialias", "data.mean", "data.deviation",
    ]

    /// This configuration with the preprocessing, the classes and the architecture of a
    /// checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: may be imported; then only its model says what it takes.
    ///   - path: the checkpoint's file, for errors.
    /// - Throws: ``ConfigurationError`` where a key is given here and differs from the checkpoint,
    ///   naming both values; where the model takes another image than its stored settings make; or
    ///   where the target is not one of its classes.
    func adopting(_ checkpoint: Checkpoint, model: any Classifier, path: String) throws
        -> Configuration
    {
        var result = self
        if checkpoint.configuration.isEmpty {
            result.takeInput(of: model)
        } else {
            let stored = try Configuration(stored: checkpoint.configuration, file: path)
            for key in ConfigurationKeys.all where Self.modelKeys.contains(key.key) {
                let mine = key.write(self)
                let its = key.write(stored)
                guard mine == its || !givenKeys.contains(key.key) else {
                    throw ConfigurationError(
                        file, key.key,
                        "is \(mine) here, and \(path) was made with \(its); leave the key out")
                }
                key.copy(stored, &result)
            }
            result.model.name = stored.model.name
            result.model.configuration = stored.model.configuration
            if !givenKeys.contains("model.pretraining") {
                result.model.pretraining = stored.model.pretraining
            }
        }
        try result.checkInput(of: model, path)
        guard !givenKeys.contains("data.classes") || data.classes == checkpoint.classes else {
            throw ConfigurationError(
                file, "data.classes",
                "are \(data.classes.joined(separator: ", ")) here, and those of \(path) are "
                    + "\(checkpoint.classes.joined(separator: ", ")); leave the key out")
        }
        result.data.classes = checkpoint.classes
        guard checkpoint.classes.contains(data.target) else {
            throw ConfigurationError(
                file, "data.target",
                "\(data.target) is none of the classes of \(path): "
                    + checkpoint.classes.joined(separator: ", "))
        }
        return result
    }

    /// Takes the size and the channels that `model` needs, where they were not given.
    mutating func takeInput(of model: any Classifier) {
        if let size = model.imageSize, !givenKeys.contains("data.size") {
            data.preprocessing.size = size
        }
        if !givenKeys.contains("data.channels") {
            data.preprocessing.channels = model.inputChannels
        }
    }

    /// - Throws: ``ConfigurationError`` where `model` cannot take images of these settings.
    func checkInput(of model: any Classifier, _ path: String) throws {
        let (size, channels) = (data.preprocessing.size, data.preprocessing.channels)
        if let fixed = model.imageSize, fixed != size {
            throw ConfigurationError(
                file, "data.size", "is \(size), and the model of \(path) takes \(fixed)")
        }
        guard size >= model.smallestImageSize else {
            throw ConfigurationError(
                file, "data.size",
                "is \(size), and the model of \(path) needs at least \(model.smallestImageSize)")
        }
        guard channels == model.inputChannels else {
            throw ConfigurationError(
                file, "data.channels",
                "is \(channels), and the model of \(path) takes \(model.inputChannels)")
        }
    }
}

extension Classifier {
    /// The channels of the image: those that the first convolution reads.
    var inputChannels: Int {
        let first = parameters.first { $0.layout == .convolution }
        return first.map { $0.torchShape[1] } ?? 3
    }
}
