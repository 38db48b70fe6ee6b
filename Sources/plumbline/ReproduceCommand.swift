import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineReports

extension ReportTable.Format: ExpressibleByArgument {}

struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Computes a paper's tables and figures from its published results.",
        discussion: """
            2311.04813 is "Be Careful When Evaluating Explanations Regarding Ground Truth". \
            --published has its metrics_diff_results.csv and chexlocalize_aucroc.csv, or the \
            folders finetuned_MODEL of its output files. --output gets tables/*.csv, \
            tables/*.tex and figures/*.svg, *.pdf, *.png, those of --reanalyse too.
            """)

    @Argument(help: "The arXiv number of the paper: 2311.04813.") var paper: String
    @Option(help: "The folder of the published results.") var published: String
    @Option(help: "The folder to write tables and figures to.") var output: String?
    @Flag(
        help: """
            Also print the corrected inference: rows paired by image, errors clustered by image \
            and by fine-tuned pair, and a verdict per claim.
            """)
    var reanalyse = false
    @Option(help: "How tables are printed: markdown, latex or csv.")
    var format = ReportTable.Format.markdown

    func validate() throws {
        guard paper == "2311.04813" else {
            throw ValidationError("\(paper): must be 2311.04813, the one paper that is known")
        }
    }

    func run() throws {
        try reportingErrors {
            if let output {
                try OutputFiles.checkFolder(
                    output, names: [], option: "--output", inputs: [published])
            }
            let report = try PublishedReport(published)
            for warning in report.warnings {
                StandardError.writeLine("plumbline: \(published): \(warning)")
            }
            let tables = try report.tables() + (reanalyse ? report.reanalysis() : [])
            // Tables of CSV are told apart by a line before each.
            let texts = tables.map { table in
                (format == .csv ? "# \(table.name): \(table.title)\n" : "") + table.text(format)
            }
            print(texts.joined(separator: "\n"), terminator: "")
            guard let output else { return }
            let written = try report.write(to: output)
            StandardError.writeLine(
                "\(written.tables) tables and \(written.figures) figures in \(output)")
        }
    }
}
