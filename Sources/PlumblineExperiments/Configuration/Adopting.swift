import PlumblineData
import PlumblineModels
import PlumblineStorage

extension Configuration {
    /// This configuration with the preprocessing, the classes and the architecture of a
    /// checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: see ``takePreprocessing(of:model:path:)``.
    ///   - path: the checkpoint's file, for errors.
    /// - Throws: ``ConfigurationError`` that names both values if a given key differs from the
    ///   checkpoint. Also if the settings do not fit the model, or if the target is not one of its
    ///   classes.
    func adopting(_ checkpoint: Checkpoint, model: any Classifier, path: String) throws
        -> Configuration
    {
        var result = self
        try result.takePreprocessing(of: checkpoint, model: model, path: path)
        if !checkpoint.configuration.isEmpty {
            let stored = try Configuration(stored: checkpoint.configuration, file: path)
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

    /// Sets the settings of images to those that a checkpoint stores.
    ///
    /// A checkpoint that was imported without `--preprocessing` stores none. Then the model says
    /// which size and which channels it takes.
    ///
    /// - Throws: ``ConfigurationError`` that names both values if a given key differs from the
    ///   checkpoint.
    mutating func takePreprocessing(
        of checkpoint: Checkpoint, model: any Classifier, path: String
    ) throws {
        guard let stored = try Configuration.preprocessing(of: checkpoint, path: path) else {
            takeInput(of: model)
            return
        }
        try take(stored, path)
    }

    /// This configuration with the settings of images that `model.weights` stores.
    ///
    /// Only a checkpoint of `import --preprocessing` stores some for other runs. A checkpoint of a
    /// run does not decide how another run prepares its images.
    ///
    /// - Throws: ``ConfigurationError`` as ``takePreprocessing(of:model:path:)``.
    func takingPreprocessingOfWeights() throws -> Configuration {
        let path = model.weights
        guard !path.isEmpty, let yaml = try Checkpoint.importedPreprocessing(path) else {
            return self
        }
        var result = self
        try result.take(Configuration(stored: yaml, file: path), path)
        return result
    }

    private mutating func take(_ stored: Configuration, _ path: String) throws {
        for key in PreprocessingKeys.all {
            let value = key.write(self)
            let storedValue = key.write(stored)
            guard value == storedValue || !gives(key.name) else {
                throw ConfigurationError(
                    file, key.name,
                    "is \(value) here, but \(path) was made with \(storedValue); "
                        + "leave the key out"
                )
            }
            key.copy(from: stored, to: &self)
        }
    }

    /// The settings of images that a checkpoint stores; `nil` if it stores none.
    static func preprocessing(
        of checkpoint: Checkpoint, path: String
    ) throws -> Configuration? {
        let yaml = [checkpoint.configuration, checkpoint.preprocessing].first { !$0.isEmpty }
        return try yaml.map { try Configuration(stored: $0, file: path) }
    }

    /// Whether the file or an override gives a key, by itself or by the name of a preset.
    ///
    /// A preset does not give the size and the channels: the model has its own.
    private func gives(_ key: String) -> Bool {
        if givenKeys.contains(key) { return true }
        return givenKeys.contains(PreprocessingKeys.preset)
            && !["data.size", "data.channels"].contains(key)
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
        try checkPreprocessing()
    }
}

extension Classifier {
    /// The channels of the image, which the first convolution reads.
    var inputChannels: Int {
        let first = parameters.first { $0.layout == .convolution }
        return first.map { $0.torchShape[1] } ?? 3
    }
}
