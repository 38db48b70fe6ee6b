import ArgumentParser
import PlumblineExperiments

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Aligns and misaligns a small DenseNet on synthetic radiographs.",
        discussion: """
            Draws the images, trains the model, fine-tunes it in both directions, and prints the \
            gap. It takes less than three minutes.
            """)

    @Option(help: "The folder to work in. A second run in the same folder resumes the first.")
    var output = "demo"
    @Option(help: "The configuration. The demo sets its data and its output folder.")
    var config = "configs/demo.yaml"
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []

    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let configuration = try demoConfiguration(
                config, imageFolder: output, output: output,
                overrides: overrides + start.overrides)
            try runExperiment(try Experiment(configuration))
            print("picture: \(output)/panel.png")
        }
    }
}
