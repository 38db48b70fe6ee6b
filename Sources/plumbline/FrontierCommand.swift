import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct FrontierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier",
        abstract: "Draws the gap against the loss of AUROC over lambda: how far models bend.",
        discussion: """
            The bend budget is the largest gap of a pair whose AUROC fell by at most --loss. \
            Writes budgets.csv, frontiers.csv, points.csv, and a figure for each metric, to \
            --output.
            """)

    @Argument(help: "Results files (HDF5), such as a collected sweep over align.lambda.")
    var results: [String]
    @Option(help: "The loss of AUROC at which the budget is read.") var loss = 0.01
    @Option(help: "The metric; by default each that has a direction.") var metric: String?
    @Option(help: "How the table is printed: markdown, latex or csv.")
    var format = ReportTable.Format.markdown
    @Option(help: "The folder to write to.") var output: String?

    func validate() throws {
        guard loss > 0, loss <= 1 else {
            throw ValidationError("--loss \(loss): must be above 0 and at most 1")
        }
    }

    func run() throws {
        try reportingErrors {
            if let output {
                try OutputFiles.checkFolder(output, names: [], option: "--output", inputs: results)
            }
            let files = try results.map { (path: $0, results: try Results.read($0)) }
            let report = try FrontierReport(files, loss: loss, metric: metric)
            print(report.budgets.text(format), terminator: "")
            guard let output else { return }
            try createFolder(output)
            for table in [report.budgets, report.frontiers, report.points] {
                try AtomicFile.write("\(output)/\(table.name).csv") {
                    try $0.write(Data(table.csv.utf8))
                }
            }
            var names = FileNames()
            for (name, figure) in report.figures() {
                let stem = "\(output)/frontier_\(names.name(of: name))"
                for ending in ["png", "svg"] { try figure.write("\(stem).\(ending)") }
            }
        }
    }
}
