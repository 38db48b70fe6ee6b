import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

extension ReportTable.Format: ExpressibleByArgument {}

struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Computes a paper's tables and figures from its published results.",
        discussion: """
            2311.04813 is "Be Careful When Evaluating Explanations Regarding Ground Truth". \
            --published has its metrics_diff_results.csv and chexlocalize_aucroc.csv, or the \
            folders finetuned_MODEL of its output files. --results sets our own runs beside \
            them, with a difference, where model, start, method and finding are the same. \
            --output gets tables/*.csv, tables/*.tex and figures/*.svg, *.pdf, *.png, those of \
            --reanalyse too; figures of our own runs are in ours/figures.
            """)

    @Argument(help: "The arXiv number of the paper: 2311.04813.") var paper: String
    @Option(help: "The folder of the published results.") var published: String
    @Option(help: "The folder to write tables and figures to.") var output: String?
    @Option(
        help: "Results files of our own runs, or folders with some, to set beside the published.")
    var results: [String] = []
    @Option(
        name: .customLong("as"),
        help: "OURS=THEIRS: a model, start or method in published names. Repeatable.")
    var names: [String] = []
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
                    output, names: [], option: "--output", inputs: [published] + results)
            }
            let report = try PublishedReport(published)
            for warning in report.warnings {
                StandardError.writeLine("plumbline: \(published): \(warning)")
            }
            let beside = try results.isEmpty ? nil : self.beside(report)
            let tables =
                try report.tables() + (reanalyse ? report.reanalysis() : [])
                + (beside?.tables ?? [])
            // Tables of CSV are told apart by a line before each.
            let texts = tables.map { table in
                (format == .csv ? "# \(table.name): \(table.title)\n" : "") + table.text(format)
            }
            print(texts.joined(separator: "\n"), terminator: "")
            guard let output else { return }
            let written = try report.write(to: output)
            if let beside {
                try ReportTable.write(beside.tables, to: "\(output)/tables")
                _ = try beside.whole.writeFigures(to: "\(output)/ours")
            }
            let tableCount = written.tables + (beside?.tables.count ?? 0)
            StandardError.writeLine(
                "\(tableCount) tables and \(written.figures) figures in \(output)")
        }
    }

    /// The published tables with those of ``results``.
    private func beside(_ report: PublishedReport) throws -> PublishedBeside {
        let files = try ResultsPaths.files(results).map {
            (path: $0, results: try Results.read($0, keepsMaps: false))
        }
        return try PublishedBeside(
            report, OwnScores(GapPairs(files), renamed: OwnScores.names(names)))
    }
}
