import ArgumentParser
import PlumblineExperiments
import PlumblineReports

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Plans a sweep with declared claims, and judges the claims.",
        discussion: """
            A study is the file of a sweep with a section `study`: claims, margins, families and \
            the stopping rule. `sweep run` writes the hash of the plan into every result.
            """,
        subcommands: [StudyPlanCommand.self, StudyVerdictCommand.self])
}

struct StudyPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Prints the cells, claims, power and hash of a study.")

    @OptionGroup var options: SweepOptions
    @Option(help: "How tables are printed: markdown, latex or csv.")
    var format = ReportTable.Format.markdown

    func run() throws {
        try reportingErrors {
            let study = try Study(options.config, overrides: options.overrides)
            print(try study.tables().printed(format), terminator: "")
        }
    }
}

struct StudyVerdictCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case markdown, latex, csv, json

        var table: ReportTable.Format? { ReportTable.Format(rawValue: rawValue) }
    }

    static let configuration = CommandConfiguration(
        commandName: "verdict",
        abstract: "Says of each claim: holds, does not hold, or undecided.",
        discussion: """
            Results of another plan are refused. What was not planned is printed as exploratory.
            """)

    @OptionGroup var options: SweepOptions
    @Argument(help: "A collected sweep (HDF5); by default the cells of the sweep's folder.")
    var results: String?
    @Flag(help: "Judge results of another plan, or of none, and mark them.") var otherPlan = false
    @Option(help: "How it is printed: markdown, latex, csv or json.") var format = Format.markdown

    func run() throws {
        try reportingErrors {
            let study = try Study(options.config, overrides: options.overrides)
            let verdict = try study.verdict(results: results, acceptsOtherPlans: otherPlan)
            let text =
                try format.table.map { verdict.tables.printed($0) } ?? verdict.json()
            print(text, terminator: "")
        }
    }
}

extension [ReportTable] {
    /// One after the other; tables of CSV are told apart by a line before each.
    func printed(_ format: ReportTable.Format) -> String {
        map { table in
            (format == .csv ? "# \(table.name): \(table.title)\n" : "") + table.text(format)
        }.joined(separator: "\n")
    }
}
