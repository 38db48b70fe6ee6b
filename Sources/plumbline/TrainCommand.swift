import ArgumentParser
import PlumblineExperiments

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains the starting model only: the first part of `run`.")

    @Argument(help: "A configuration file (YAML).") var config: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let experiment = try Experiment(
                Configuration.load(config, overrides: overrides + start.overrides))
            print(try experiment.train())
        }
    }
}
