import Foundation
import ArgumentParser
import PlumblineExperiments
import PlumblineReports
import PlumblineTensors

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores heat maps that another program made.",
        discussion: """
            Maps: an array [images, height, width], with channels last or first (--layout), in a \
            .npy, .npz or HDF5 file; or one array per image in a .npz or HDF5 file; or a folder of \
            .npy files. Maps are resized to their masks. One row per score: image, metric, part, \
            value, reason.
            """)

    @Option(help: "The maps: a .npy, .npz or HDF5 file, or a folder of .npy files.")
    var maps: String
    @Option(help: "The masks: one array [images, height, width], or a folder of images or .npy.")
    var masks: String?
    @Option(help: "A configuration (YAML) whose evaluation images have the annotations.")
    var data: String?
    @Option(help: "The order of the axes of maps with channels: auto, nhwc or nchw.")
    var layout = MapLayout.auto
    @Option(help: "The array, or the group of arrays, in a file that has several.")
    var key: String?
    @Option(help: "A text file with the names of the images, one per line.") var names: String?
    @Option(help: "all, or names separated by commas; `plumbline metrics` lists them.")
    var metrics = "all"
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of --data. Repeatable.")
    var overrides: [String] = []
    @Option(help: "The CSV file to write.") var output: String
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard masks == nil || data == nil else {
            throw ValidationError("give either --masks or --data, not both")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        keepFreedMemory()
        try reportingErrors {
            try OutputFiles.check(
                output, option: "--output", inputs: [maps, masks, data, names].compactMap { $0 })
            let files = try MapFiles(maps, layout: layout, key: key, names: names)
            let scores = try MapScores(
                files, try annotations(files),
                metrics: metrics == "all" ? nil : metrics.split(separator: ",").map(String.init))
            for (name, lacks) in scores.notApplicable {
                Progress.note("\(name) is left out: it needs \(lacks)")
            }
            show(try scores.write(to: output))
            print("\(files.names.count) maps in \(output)")
        }
    }

    private func annotations(_ files: MapFiles) throws -> MapAnnotations? {
        let annotations =
            if let masks {
                try MapAnnotations(masks: masks, for: files)
            } else if let data {
                try MapAnnotations(
                    Configuration.load(data, overrides: overrides, output: .multiclass),
                    for: files)
            } else {
                MapAnnotations?.none
            }
        if let missing = annotations?.missing, let first = missing.first {
            Progress.warn("\(missing.count) maps have no annotation, such as \(first)")
        }
        return annotations
    }

    private func show(_ summaries: [MapScores.Summary]) {
        var table = TextTable(["metric", "part", "mean", "maps", "missing"])
        for row in summaries {
            let missing = row.missing.sorted { $0.key < $1.key }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            table.add([
                row.metric, row.part, row.mean.map { String(format: "%.4f", $0) } ?? "-",
                "\(row.count)", missing,
            ])
        }
        print(table.text)
    }
}

extension MapLayout: ExpressibleByArgument {}
