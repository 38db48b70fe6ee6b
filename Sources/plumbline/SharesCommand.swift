import ArgumentParser
import Foundation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct SharesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shares",
        abstract: "Shares the difference of a factorial sweep out among its switches.",
        discussion: """
            A switch is an axis of two levels; configs/quirks.yaml has five, the quirks of the \
            published code. The shares sum to the difference of all on and all off.
            """)

    @Argument(help: "A collected sweep (HDF5).") var results: String
    @Option(help: "The switches, separated by commas; by default all axes of two levels.")
    var axes: String?
    @Option(help: "How the table is printed: markdown, latex or csv.")
    var format = ReportTable.Format.markdown
    @Option(help: "The CSV file to write.") var output: String?

    func run() throws {
        try reportingErrors {
            if let output {
                try OutputFiles.check(output, option: "--output", inputs: [results])
            }
            let report = try SwitchReport(
                try Results.read(results), path: results,
                axes: axes?.split(separator: ",").map(String.init))
            print(report.table.text(format), terminator: "")
            guard let output else { return }
            try AtomicFile.write(output) { try $0.write(Data(report.table.csv.utf8)) }
        }
    }
}
