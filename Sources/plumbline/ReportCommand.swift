import ArgumentParser
import Foundation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Prints the tables of results files.",
        discussion: """
            The tables of one file show the scores of each scenario and the paired gap. --by, \
            --metric, several files and every format but text give the gaps of all fine-tuned \
            pairs, grouped by columns of /runs: means, all intervals and tests, the AUROC gate, \
            and missing values by reason.

            A folder stands for its collected.h5 or results.h5, or those below it. --format csv \
            prints the gaps alone; --output writes every table. --format published writes \
            metrics_diff_results.csv and chexlocalize_aucroc.csv of arXiv 2311.04813, which \
            `reproduce --published` reads.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, markdown, latex, csv, json, published
    }

    @Argument(help: "Results files (HDF5), or folders with some.") var results: [String]
    @Option(help: "The largest difference of two AUROCs that counts as equal predictions.")
    var margin: Double?
    @Option(help: "Columns to group by, separated by commas: model,explanation,seed, ...")
    var by: String?
    @Option(help: "Metrics separated by commas. Default: all that judge.") var metric: String?
    @Option(help: "text, markdown, latex, csv, json or published.") var format: Format?
    @Flag(help: "Also print the epochs of every run.") var history = false
    @Option(help: "Resamples of each bootstrap interval.") var resamples = 9_999
    @Option(help: "A folder to write tables to: NAME.csv and NAME.tex.") var output: String?
    @Option(
        name: .customLong("as"),
        help: "OURS=THEIRS: a model, start or method in published names. Repeatable.")
    var names: [String] = []

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
        guard (100...1_000_000).contains(resamples) else {
            throw ValidationError("--resamples must be from 100 to 1000000")
        }
        guard format != .published || output != nil else {
            throw ValidationError("--format published needs --output, a folder for the files")
        }
    }

    func run() throws {
        try reportingErrors {
            if let output {
                try OutputFiles.checkFolder(
                    output, names: [], option: "--output", inputs: results)
            }
            let paths = try ResultsPaths.files(results)
            let files = try paths.map {
                (path: $0, results: try Results.read($0, keepsMaps: false))
            }
            let isPlain = by == nil && metric == nil && output == nil && !history
            if files.count == 1, isPlain, (format ?? .text) == .text {
                try printTables(files[0])
            } else if format == .published {
                try writePublished(files)
            } else {
                try printGroups(files)
            }
        }
    }

    /// The tables of one file.
    private func printTables(_ file: (path: String, results: Results)) throws {
        let names = Set(file.results.runs.map(\.factors.scenario))
        if let scenarios,
            let unknown = [scenarios.first, scenarios.second].first(where: { !names.contains($0) })
        {
            throw StorageError(
                file.path,
                "has no scenario \(unknown); there are " + names.sorted().joined(separator: ", "))
        }
        print(GapReport(file.results, margin: margin, pair: scenarios).text)
    }

    private func printGroups(_ files: [(path: String, results: Results)]) throws {
        func list(_ text: String?) -> [String] {
            (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let pairs = try GapPairs(files, scenarios: scenarios, margin: margin)
        let report = try GroupedReport(
            pairs, by: list(by), metrics: list(metric), resamples: resamples)
        // The bootstraps are computed once. The gaps alone need none of them.
        let all =
            format == .csv && output == nil
            ? [] : report.tables(history: history || output != nil)
        let tables = history ? all : all.filter { $0.name != "history" }
        switch format ?? .markdown {
        case .csv: print(report.gaps.csv, terminator: "")
        case .json: print(try ReportTable.json(tables), terminator: "")
        case .latex: print(tables.map { $0.text(.latex) }.joined(separator: "\n"), terminator: "")
        default: print(tables.map { $0.text(.markdown) }.joined(separator: "\n"), terminator: "")
        }
        if let output {
            try ReportTable.write(all, to: output)
            StandardError.writeLine("\(all.count) tables in \(output)")
        }
    }

    private func writePublished(_ files: [(path: String, results: Results)]) throws {
        let own = try OwnScores(
            GapPairs(files, scenarios: scenarios, margin: margin), renamed: OwnScores.names(names))
        let folders = try own.write(to: output!)
        own.notes.forEach { StandardError.writeLine("plumbline: \($0)") }
        folders.forEach { print($0) }
    }
}
