import ArgumentParser
import PlumblineReports
import PlumblineStorage

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Prints the tables of a results file.",
        discussion: "They show the scores of each scenario and the paired gap.")

    @Argument(help: "A results file (HDF5).") var results: String
    @Option(help: "The largest difference of two AUROCs that counts as equal predictions.")
    var margin: Double?

    func validate() throws {
        guard (0...1).contains(margin ?? 0) else {
            throw ValidationError("--margin must be from 0 to 1")
        }
    }

    func run() throws {
        print(try reportingErrors { GapReport(try Results.read(results), margin: margin).text })
    }
}
