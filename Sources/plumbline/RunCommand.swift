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

    @OptionGroup var options: ExperimentOptions
    @OptionGroup var logging: LogOptions
    @Flag(help: "Print the stages, images, time and disk space. Write nothing.")
    var dryRun = false

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            try MPITeam.refuse("run")
            let experiment = try options.experiment()
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
