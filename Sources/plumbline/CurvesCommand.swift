import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct CurvesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curves",
        abstract: "Draws the curves of deletion, insertion and the like of a results file.",
        discussion: """
            A line is the mean over the images of one scenario and explanation; the band is its \
            95% interval at each step. Writes METRIC.png, METRIC.svg and METRIC.pdf for each \
            metric, and curves.csv, to --output.
            """)

    @Argument(help: "A results file (HDF5) of plumbline evaluate or run.") var results: String
    @Option(
        name: [.customLong("width-mm"), .customLong("width")],
        help: "The width of a figure in millimetres.")
    var width = 120.0
    @Option(help: "The folder to write to.") var output: String

    func validate() throws {
        guard Figure.widths.contains(width) else {
            throw ValidationError("--width-mm must be from 20 to 2000")
        }
    }

    func run() throws {
        try reportingErrors {
            try OutputFiles.checkFolder(output, names: [], option: "--output", inputs: [results])
            let report = try CurveReport(Results.read(results), path: results)
            print(report.table.text)
            try createFolder(output)
            var names = FileNames()
            for metric in report.metrics {
                let stem = "\(output)/\(names.name(of: metric))"
                let figure = report.figure(metric, width: width)
                for ending in Figure.fileExtensions {
                    try figure.write("\(stem).\(ending)")
                }
            }
            let csv = Data(report.csv.utf8)
            try AtomicFile.write("\(output)/curves.csv") { try $0.write(csv) }
            print("\(report.metrics.count) metrics in \(output)")
        }
    }
}
