import ArgumentParser
import PlumblineExperiments

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Phantom radiographs, a small DenseNet, alignment and misalignment, and the gap: in under three minutes."
    )

    @Option(help: "The folder to work in; the same folder resumes.") var output = "demo"
    @Option(help: "The configuration; its data and output are the demo's own.") var config =
        "configs/demo.yaml"
    @Option(name: .customLong("set"), help: "key=value, in the place of the file's; may repeat.")
    var overrides: [String] = []

    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let configuration = try demoConfiguration(
                config, phantoms: output, output: output, overrides: overrides + start.overrides)
            try runExperiment(try Experiment(configuration))
            print("picture: \(output)/panel.png")
        }
    }
}
