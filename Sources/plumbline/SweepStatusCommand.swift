import ArgumentParser
import PlumblineExperiments

struct SweepStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says which cells of a sweep are done, running, failed or waiting.")

    @OptionGroup var options: SweepOptions
    @Flag(help: "Show every cell.") var all = false

    func run() throws {
        print(try reportingErrors { try SweepStatus(options.sweep()).text(showsAll: all) })
    }
}
