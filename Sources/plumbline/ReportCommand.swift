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

    @Option(
        help: ArgumentHelp(
            "The two scenarios whose gap is printed, as FIRST,SECOND.",
            discussion: "The default is align,misalign, or the first two of the file."))
    var pair: String?

    /// The names of ``pair``.
    private var scenarios: (first: String, second: String)? {
        guard let names = pair?.split(separator: ",", omittingEmptySubsequences: false),
            names.count == 2, !names.contains("")
        else { return nil }
        return (String(names[0]), String(names[1]))
    }

    func validate() throws {
        guard pair == nil || scenarios != nil else {
            throw ValidationError("--pair must be two scenarios, as align,border")
        }
        guard (0...1).contains(margin ?? 0) else {
            throw ValidationError("--margin must be from 0 to 1")
        }
    }

    func run() throws {
        print(
            try reportingErrors {
                let read = try Results.read(results)
                let names = Set(read.runs.map(\.factors.scenario))
                if let scenarios,
                    let unknown = [scenarios.first, scenarios.second].first(where: {
                        !names.contains($0)
                    })
                {
                    throw StorageError(
                        results,
                        "has no scenario \(unknown); there are "
                            + names.sorted().joined(separator: ", "))
                }
                return GapReport(read, margin: margin, pair: scenarios).text
            })
    }
}
