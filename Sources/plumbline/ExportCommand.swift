import ArgumentParser
import PlumblineExperiments

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the weights of a checkpoint as safetensors or HDF5.",
        discussion: """
            The names of the weights are those of torchvision and timm. NAME.json beside the file \
            says in timm's keys how an image becomes the input.
            """)

    @Argument(help: "The checkpoint.") var checkpoint: String
    @Option(help: "A file that ends in .safetensors, .h5 or .hdf5.") var output: String

    func run() throws {
        try reportingErrors {
            let export = try WeightImport.export(checkpoint: checkpoint, to: output)
            print("\(export.tensorCount) tensors in \(output)")
            print("preprocessing in \(export.configurationPath)")
            for line in export.lines { print(line) }
        }
    }
}
