import ArgumentParser
import PlumblineExperiments

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Makes a checkpoint from a file of weights.",
        discussion: """
            Reads safetensors, PyTorch (.pt, .pth), HDF5, and Keras files of a DenseNet. Lists \
            the weights that did not fit.
            """)

    @Argument(help: "The file of weights.") var weights: String
    @Option(help: "The name of a registered model.") var model: String
    @Option(help: "Settings of the architecture as JSON, such as {\"img_size\": 384}.")
    var config = "{}"
    @Option(
        help: """
            The names of the classes, separated by commas. A classification head of another size \
            gets random weights.
            """)
    var classes: String
    @Option(
        help: """
            For a file with several models: the key of the weights, such as state_dict_ema, or \
            the prefix of their names. Default: the weights that fit best.
            """)
    var weightsKey = ""
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
