import ArgumentParser
import PlumblineExperiments

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Aligns and misaligns a model's explanations, and reports the gap.",
        discussion: """
            Trains or loads a starting model, fine-tunes it in both directions, and evaluates all \
            three models. If a run is killed, the same command resumes it from its last saved \
            step. `plumbline config` prints every configuration key.
            """)

    @Argument(help: "A configuration file (YAML).") var config: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions
    @Flag(help: "Print the stages, images, time and disk space. Write nothing.")
    var dryRun = false

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let experiment = try Experiment(
                Configuration.load(config, overrides: overrides + start.overrides))
            if dryRun {
                let estimate = try experiment.estimate()
                print(estimate.lines.joined(separator: "\n"))
                try estimate.checkDisks()
            } else {
                try runExperiment(experiment)
            }
        }
    }
}
