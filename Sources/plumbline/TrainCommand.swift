import ArgumentParser
import PlumblineExperiments

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains the starting model only: the first part of `run`.")

    @OptionGroup var options: ExperimentOptions
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            print(try options.experiment().train())
        }
    }
}
