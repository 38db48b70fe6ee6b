import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineModels

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a checkpoint from a file of weights.",
        discussion: """
            Reads safetensors, PyTorch (.pt, .pth), HDF5, and Keras files of a DenseNet. Lists \
            the weights that did not fit. The file does not say how an image becomes the model's \
            input: --preprocessing does. With --audit, the presets are compared on images, and \
            the checkpoint keeps what --preprocessing says.
            """)

    @Argument(help: "The file of weights.") var weights: String
    @Option(help: "The name of a registered model.") var model: String
    @Option(help: "Settings of the architecture as JSON, such as {\"img_size\": 384}.")
    var config = "{}"
    @Option(
        help: """
            The names of the classes, separated by commas. Default: those that the file names, \
            or class_0, class_1, ... for each output of its head.
            """)
    var classes: String?
    @Option(help: "A file with the names of the classes, one per line.") var classesFile: String?
    @Flag(help: "Replace a head of another number of classes by one with random weights.")
    var newHead = false
    @Option(
        help: """
            What the outputs mean together: multiclass (exactly one class per image) or \
            multilabel (each class by itself). Default: what the file says; otherwise multiclass \
            if its head is kept.
            """)
    var kind: OutputKind?
    @Option(
        help: """
            For a file with several models: the key of the weights, such as state_dict_ema, or \
            the prefix of their names. Default: the weights that fit best.
            """)
    var weightsKey = ""
    @Option(
        help: """
            How an image becomes the model's input: \
            \(PreprocessingPreset.names.joined(separator: ", ")). It is stored in the checkpoint.
            """)
    var preprocessing: String?
    @Option(
        name: .customLong("set"),
        help: "A setting of images, such as data.mean=0.5, after --preprocessing. Repeatable.")
    var settings: [String] = []
    @Option(
        help: """
            An image, or a folder of images like those of the model's training: compares the \
            first batch norm's inputs with its running statistics, for each preset.
            """)
    var audit: String?
    @Option(help: "The checkpoint to write.") var output: String

    func validate() throws {
        guard classes == nil || classesFile == nil else {
            throw ValidationError("give either --classes or --classes-file, not both")
        }
    }

    func run() throws {
        try reportingErrors {
            let names =
                if let classesFile {
                    try NameFile.read(classesFile, option: "--classes-file")
                } else {
                    try classes.map { try ClassNames.parsed($0, option: "--classes") }
                }
            let images = try audit.map { try NamedImage.images($0) }
            let report = try WeightImport.checkpoint(
                model: model, configuration: config, classes: names, outputKind: kind,
                drawsNewHead: newHead, weights: weights, key: weightsKey,
                preprocessing: (preprocessing.map { ["data.preprocessing=\($0)"] } ?? [])
                    + settings, output: output)
            for line in report.lines { print(line) }
            for warning in report.warnings { StandardError.writeLine(warning) }
            print("checkpoint in \(output)")
            if let images { try printAudit(images) }
        }
    }

    private func printAudit(_ images: [NamedImage]) throws {
        let model = try ModelStore.model(output).model
        for line in try PreprocessingAudit(model, images: images).lines { print(line) }
    }
}

extension OutputKind: ExpressibleByArgument {}
