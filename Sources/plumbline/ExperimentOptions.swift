import ArgumentParser
import PlumblineExperiments

/// An experiment's configuration, with settings from the command line.
struct ExperimentOptions: ParsableArguments {
    @Argument(help: "A configuration file (YAML).") var config: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var start: StartingWeights

    func experiment() throws -> Experiment {
        try Experiment(Configuration.load(config, overrides: overrides + start.overrides))
    }
}
