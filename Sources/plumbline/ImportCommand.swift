import ArgumentParser
import PlumblineExperiments

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract:
            "Makes a checkpoint of weights from safetensors, PyTorch (.pt, .pth), HDF5 or a Keras DenseNet; lists what did not fit."
    )

    @Argument(help: "The file of weights.") var weights: String
    @Option(help: "A registered model.") var model: String
    @Option(help: "JSON overrides of the architecture, such as {\"img_size\": 384}.") var config =
        "{}"
    @Option(
        help: "Names of the classes, separated by commas; a head of another size is drawn anew.")
    var classes: String
    @Option(
        help:
            "Where a file of several has the weights: a key such as state_dict_ema, or what names begin with. Without: where the most fit."
    ) var weightsKey = ""
    @Option(help: "The checkpoint to write.") var output: String

    func run() throws {
        try reportingErrors {
            let names = try ClassNames.parsed(classes, option: "--classes")
            let report = try WeightImport.checkpoint(
                model: model, configuration: config, classes: names, weights: weights,
                key: weightsKey, output: output)
            for line in report.lines { print(line) }
            for warning in report.warnings { StandardError.writeLine(warning) }
            print("checkpoint in \(output)")
        }
    }
}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Writes a checkpoint's weights as safetensors or HDF5, by the names of torchvision and timm."
    )

    @Argument(help: "The checkpoint.") var checkpoint: String
    @Option(help: "A file that ends in .safetensors, .h5 or .hdf5.") var output: String

    func run() throws {
        try reportingErrors {
            print(
                "\(try WeightImport.export(checkpoint: checkpoint, to: output)) tensors in \(output)"
            )
        }
    }
}
