import Foundation
import PlumblineData
import PlumblineModels
import PlumblineStorage

extension WeightImport {
    /// What an export has written.
    public struct Export: Sendable {
        public let tensorCount: Int
        /// The JSON file beside the weights.
        public let configurationPath: String
        /// What a user should know, one line each.
        public let lines: [String]
    }

    /// Writes a checkpoint's weights as safetensors or, by the file's name, HDF5; under
    /// torchvision's and timm's names and layouts.
    ///
    /// A JSON file beside it, `NAME.json`, says in timm's keys how an image becomes the model's
    /// input. The metadata of the weights have the same text (`timm_config`), and the exact
    /// settings (`plumbline_preprocessing`), which `import` takes back.
    ///
    /// - Throws: ``ConfigurationError`` for an output of another kind; ``StorageError`` if a file
    ///   cannot be read or written.
    public static func export(checkpoint: String, to output: String) throws -> Export {
        guard let ending = [".safetensors", ".h5", ".hdf5"].first(where: output.hasSuffix) else {
            throw ConfigurationError(
                "--output", output, "must end in .safetensors, .h5 or .hdf5")
        }
        let configurationPath = "\(output.dropLast(ending.count)).json"
        for path in [output, configurationPath] {
            try OutputFiles.check(path, option: "--output", inputs: [checkpoint])
        }
        let (model, stored) = try ModelStore.model(checkpoint)
        let images = try Configuration.preprocessing(of: stored, path: checkpoint)
        let timm = TimmConfiguration(
            architecture: model.name, classes: stored.classes, channels: model.inputChannels,
            size: model.imageSize ?? 224, preprocessing: images?.data.preprocessing)
        let json = try timm.json
        let metadata = [
            "model": model.name, "model_config": stored.modelConfiguration,
            "classes": try stored.classesJSON, "output": stored.output,
            WeightFile.preprocessingName: images?.preprocessingYAML ?? "",
            "timm_config": String(decoding: json, as: UTF8.self),
        ].filter { !$0.value.isEmpty }
        let count = try write(model, metadata, to: output)
        try AtomicFile.write(configurationPath) { try $0.write(json + Data("\n".utf8)) }
        return Export(
            tensorCount: count, configurationPath: configurationPath,
            lines: lines(timm, isKnown: images != nil))
    }

    private static func lines(_ timm: TimmConfiguration, isKnown: Bool) -> [String] {
        guard isKnown else {
            return [
                "the checkpoint does not say how an image becomes its input; "
                    + "import --preprocessing does"
            ]
        }
        guard !timm.omissions.isEmpty else { return [] }
        return [
            "timm has no key for \(timm.omissions.joined(separator: ", ")): with its own "
                + "preprocessing, predictions differ a little"
        ]
    }

    /// - Returns: how many tensors were written.
    private static func write(
        _ model: any Classifier, _ metadata: [String: String], to output: String
    ) throws -> Int {
        let tensors = model.parameters.map { (name: $0.name, value: $0.torchValue) }
        if output.hasSuffix(".safetensors") {
            try SafeTensors.write(tensors, metadata: metadata, to: output)
        } else {
            try HDF5File.write(output) { file in
                for (name, value) in tensors { try file.write("weights/\(name)", value) }
                for (name, text) in metadata.sorted(by: { $0.key < $1.key }) {
                    try file.setAttribute(name, text)
                }
            }
        }
        return tensors.count
    }
}
