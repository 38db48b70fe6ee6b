import ArgumentParser
import PlumblineExperiments

struct SweepStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says which cells of a sweep are done, running, failed or waiting.")

    @OptionGroup var options: SweepOptions
    @Flag(help: "Show every cell.") var all = false

    func run() throws {
        try reportingErrors {
            let sweep = try options.sweep()
            print(try SweepStatus(sweep).text(showsAll: all))
            for line in try SlurmJobs(folder: "\(sweep.folder)/slurm").lines { print(line) }
        }
    }
}
