import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct ComparePartsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Draws the PH of several checkpoints against their top-1 error.",
        discussion: """
            A point is one class of one summary. The quadrants meet at the medians of the points, \
            or where --score-split and --error-split say. "High score, high error" and "low score, \
            low error" are findings: there, the maps and the predictions disagree. Writes \
            compare.csv, compare.png, compare.svg and compare.pdf to --output.
            """)

    @Argument(help: "Summaries that plumbline parts wrote (JSON).") var files: [String]
    @Option(help: "The quartile over images: q1, q2 or q3.")
    var quartile = PartsComparison.Quartile.q2
    @Option(help: "The part. Default: the mean over the parts of the object.") var part: String?
    @Option(help: "The score at which the quadrants meet. Default: the median.")
    var scoreSplit: Double?
    @Option(help: "The error at which the quadrants meet. Default: the median.")
    var errorSplit: Double?
    @Option(
        name: [.customLong("width-mm"), .customLong("width")],
        help: "The width of the figure in millimetres.")
    var width = 130.0
    @Option(help: "The folder to write to.") var output: String

    func validate() throws {
        for (split, option) in [(scoreSplit, "--score-split"), (errorSplit, "--error-split")] {
            guard (0...1).contains(split ?? 0) else {
                throw ValidationError("\(option) must be from 0 to 1")
            }
        }
        guard Figure.widths.contains(width) else {
            throw ValidationError("--width-mm must be from 20 to 2000")
        }
    }

    func run() throws {
        try reportingErrors {
            let names = (["csv"] + Figure.fileExtensions).map { "compare.\($0)" }
            try OutputFiles.checkFolder(output, names: names, option: "--output", inputs: files)
            let comparison = try PartsComparison(
                zip(Self.names(files), files.map(PartsFile.read)).map { ($0, $1) },
                quartile: quartile, part: part, scoreSplit: scoreSplit, errorSplit: errorSplit)
            print(comparison.table.text)
            print(
                "the quadrants meet at a score of \(comparison.scoreSplit) and an error of "
                    + "\(comparison.errorSplit)")
            for reason in comparison.leftOut { print("left out: \(reason.printable)") }
            try createFolder(output)
            let figure = comparison.figure(width: width)
            for ending in Figure.fileExtensions { try figure.write("\(output)/compare.\(ending)") }
            let csv = Data(comparison.csv.utf8)
            try AtomicFile.write("\(output)/compare.csv") { try $0.write(csv) }
            print("written: \(output)/compare.csv, .svg, .png, .pdf")
        }
    }

    /// The shortest ends of the paths that tell the files apart, without `.json`.
    private static func names(_ files: [String]) -> [String] {
        let parts = files.map { PathText.parts(PathText.withoutExtension($0)) }
        let longest = parts.map(\.count).max() ?? 1
        for length in 1...max(1, longest) {
            let names = parts.map { $0.suffix(length).joined(separator: "/") }
            if Set(names).count == files.count { return names }
        }
        return files
    }
}

extension PartsComparison.Quartile: ExpressibleByArgument {}
