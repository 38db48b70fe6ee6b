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
            95% interval at each step. Writes METRIC.png and METRIC.svg for each metric, and \
            curves.csv, to --output.
            """)

    @Argument(help: "A results file (HDF5) of plumbline evaluate or run.") var results: String
    @Option(help: "The width of a figure in millimetres.") var width = 120.0
    @Option(help: "The folder to write to.") var output: String

    func validate() throws {
        guard (20...2000).contains(width) else {
            throw ValidationError("--width must be from 20 to 2000 millimetres")
        }
    }

    func run() throws {
        try reportingErrors {
            try OutputFiles.checkFolder(output, names: [], option: "--output", inputs: [results])
            let report = try CurveReport(Results.read(results), path: results)
            print(report.table.text)
            try createFolder(output)
            for metric in report.metrics {
                let figure = report.figure(metric, width: width)
                for ending in ["png", "svg"] {
                    try figure.write("\(output)/\(Self.fileName(metric)).\(ending)")
                }
            }
            let csv = Data(report.csv.utf8)
            try AtomicFile.write("\(output)/curves.csv") { try $0.write(csv) }
            print("\(report.metrics.count) metrics in \(output)")
        }
    }

    /// The name of a metric as the name of a file: it may come from a file of anyone.
    private static func fileName(_ metric: String) -> String {
        let characters = metric.unicodeScalars.map { scalar -> Character in
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || scalar == "_" || scalar == "-")
            return isPlain ? Character(scalar) : "_"
        }
        return String(characters.prefix(100))
    }
}
