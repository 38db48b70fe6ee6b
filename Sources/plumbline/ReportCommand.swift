import ArgumentParser
import Reports
import Storage

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Prints the tables of a results file: scores of each scenario, and the paired gap.")

    @Argument(help: "A results file (HDF5).") var results: String

    func run() throws { print(try reportingErrors { GapReport(try Results.read(results)).text }) }
}
