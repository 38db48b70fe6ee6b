import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct PartsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parts",
        abstract: "Scores how explanations show the parts of objects (PQAH), over many images.",
        discussion: """
            Quartiles of PH, precision, recall, Dice and IoU per part and class, with box plots. \
            `plumbline parts compare` draws the summaries of several checkpoints together.
            """,
        subcommands: [ScorePartsCommand.self, ComparePartsCommand.self],
        defaultSubcommand: ScorePartsCommand.self)
}

struct ScorePartsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores the parts of the images of a configuration. The default.",
        discussion: """
            Writes to --output, for each explanation: NAME.json (the summary), NAME.csv (a row per \
            image, theta and part), NAME.png, NAME.svg and NAME.pdf (box plots of PH).
            """)

    @Option(help: "The model's checkpoint.") var checkpoint: String?
    @Option(help: "Maps instead of a checkpoint: a .npy, .npz or HDF5 file, or a folder of .npy.")
    var maps: String?
    @Option(help: "A configuration file (YAML) whose evaluation images have parts.")
    var data: String
    @Option(
        help: """
            The share of its range above which a map counts; several, separated by commas, for a \
            sweep. The summary is at 0.5, or at the first if 0.5 is not among them.
            """)
    var theta = "0.5"
    @Option(help: "The order of the axes of maps with channels: auto, nhwc or nchw.")
    var layout = MapLayout.auto
    @Option(help: "The array, or the group of arrays, in a file of maps that has several.")
    var key: String?
    @Option(help: "A text file with the names of the images of the maps, one per line.")
    var names: String?
    @Option(
        name: [.customLong("width-mm"), .customLong("width")],
        help: "The width of the figure in millimetres.")
    var width = 175.0
    @Option(help: "The folder to write to.") var output: String
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (checkpoint == nil) != (maps == nil) else {
            throw ValidationError("give either --checkpoint or --maps")
        }
        guard Figure.widths.contains(width) else {
            throw ValidationError("--width-mm must be from 20 to 2000")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let thetas = try PartsThetas(theta)
            let inputs = [checkpoint, maps, data, names].compactMap { $0 }
            try OutputFiles.checkFolder(output, names: [], option: "--output", inputs: inputs)
            let analyses = try analyses(thetas)
            try createFolder(output)
            var names = FileNames()
            for analysis in analyses {
                print(PartsReport(analysis.file).text)
                let name = names.name(of: analysis.file.explanation)
                try write(analysis, to: "\(output)/\(name)")
                print("")
            }
        }
    }

    private func analyses(_ thetas: PartsThetas) throws -> [PartsAnalysis] {
        if let checkpoint {
            return try PartsAnalysis.ofCheckpoint(checkpoint, thetas: thetas) { classes in
                try Configuration.load(data, overrides: overrides, classes: classes)
            }
        }
        let path = maps ?? ""
        let files = try MapFiles(path, layout: layout, key: key, names: names)
        return [
            try PartsAnalysis.ofMaps(
                files, source: path, thetas: thetas,
                on: Configuration.load(data, overrides: overrides, output: .multiclass))
        ]
    }

    private func write(_ analysis: PartsAnalysis, to stem: String) throws {
        let file = analysis.file
        try file.write("\(stem).json")
        try analysis.writeCSV("\(stem).csv")
        let ordered = file.classes.filter { !$0.parts.isEmpty }
            .enumerated().sorted { ($1.element.images, $0.offset) < ($0.element.images, $1.offset) }
            .map(\.element)
        if ordered.count > Figure.mostPartsClasses {
            Progress.note(
                "the figure has the \(Figure.mostPartsClasses) classes with most images of "
                    + "\(ordered.count); \(stem).json has all")
        }
        let classes = ordered.map { entry in
            Figure.PartsClass(
                name: entry.name,
                parts: entry.parts.map {
                    ($0.part, analysis.values(ofPart: $0.part, class: entry.name))
                })
        }
        let figure = Figure.parts(
            classes, title: "\(file.explanation), \(file.source)",
            score: "PH (theta \(file.theta))", width: width)
        for ending in Figure.fileExtensions { try figure.write("\(stem).\(ending)") }
        print("written: \(stem).json, .csv, .svg, .png, .pdf")
    }
}
