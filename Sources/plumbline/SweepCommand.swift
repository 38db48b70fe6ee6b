import ArgumentParser
import PlumblineExperiments

/// Many fine-tunes by one file.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Plans, runs and collects many fine-tunes that one file describes.",
        discussion: """
            The file has a base configuration, axes of keys with their values, and cells to \
            exclude or to include. A cell is one fine-tune with its evaluation. Starting models \
            are trained once and shared. Several processes and machines may run one sweep.
            """,
        subcommands: [
            SweepPlanCommand.self,
            SweepRunCommand.self,
            SweepStatusCommand.self,
            SweepCollectCommand.self,
        ])
}

/// The file of a sweep, with settings from the command line.
struct SweepOptions: ParsableArguments {
    @Argument(help: "The file of the sweep (YAML).") var config: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the base. Repeatable.")
    var overrides: [String] = []

    func sweep() throws -> Sweep { try Sweep(config, overrides: overrides) }
}
