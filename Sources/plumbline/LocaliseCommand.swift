import ArgumentParser
import Foundation
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineReports

struct LocaliseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "localise",
        abstract: "Judges heat maps over a whole data set: mIoU, hit rate and PxAP.",
        discussion: """
            As CheXlocalize: the threshold of a class is tuned on one set of maps (--tune-maps; \
            0.2, 0.3, ... 0.8 of a map's range) and reported on another (--maps). The intervals \
            are the middle 95% of 1000 resamples. PxAP counts the pixels of all images together. \
            The file names both sets and their counts. Scores per image: `plumbline score`.
            """)

    @Option(help: "The maps to report on: a .npy, .npz or HDF5 file, or a folder of .npy files.")
    var maps: String
    @Option(help: "Their masks: one array [images, height, width], or a folder of images or .npy.")
    var masks: String?
    @Option(help: "A configuration (YAML) whose evaluation images have the annotations.")
    var data: String?
    @Option(help: "A text file with the names of the images of --maps, one per line.")
    var names: String?
    @Option(help: "The maps that the threshold is tuned on.") var tuneMaps: String?
    @Option(help: "Their masks, as --masks.") var tuneMasks: String?
    @Option(help: "Their configuration, as --data.") var tuneData: String?
    @Option(help: "The names of the images of --tune-maps, as --names.") var tuneNames: String?
    @Option(help: "The threshold, a share of a map's range, instead of tuning.")
    var threshold: Double?
    @Option(help: "The order of the axes of maps with channels: auto, nhwc or nchw.")
    var layout = MapLayout.auto
    @Option(help: "The array, or the group of arrays, in a file that has several.")
    var key: String?
    @Flag(help: "Keep negative values of maps; by default they count as 0.") var signed = false
    @Option(help: "What a resample draws: images, or groups such as patients (--data).")
    var resample = LocalisationStudy.Unit.images
    @Option(help: "The seed of the resamples.") var seed: UInt64 = 0
    @Option(help: "The JSON file to write.") var output: String
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (masks == nil) != (data == nil) else {
            throw ValidationError("give --masks or --data, and not both")
        }
        if let threshold {
            guard (0..<1).contains(threshold) else {
                throw ValidationError(
                    "--threshold: must be from 0 to below 1, not \(threshold)")
            }
            guard [tuneMaps, tuneMasks, tuneData, tuneNames].allSatisfy({ $0 == nil }) else {
                throw ValidationError("give either --threshold or --tune-maps, not both")
            }
            return
        }
        guard tuneMaps != nil else {
            throw ValidationError("give --tune-maps to tune the threshold on, or --threshold")
        }
        guard (tuneMasks == nil) != (tuneData == nil) else {
            throw ValidationError("give --tune-masks or --tune-data, and not both")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            try OutputFiles.check(
                output, option: "--output",
                inputs: [maps, masks, data, names, tuneMaps, tuneMasks, tuneData, tuneNames]
                    .compactMap { $0 })
            let limit: LocalisationStudy.Threshold =
                if let threshold {
                    .given(threshold)
                } else {
                    .tuned(on: try set(tuneMaps ?? "", tuneMasks, tuneData, tuneNames))
                }
            let study = LocalisationStudy(limit, unit: resample, seed: seed)
            let result = try study.judge(try set(maps, masks, data, names))
            warn(result)
            try result.write(to: output)
            show(result)
            print("\(result.reportedOn.maps) maps in \(output)")
        }
    }

    private func set(
        _ maps: String, _ masks: String?, _ data: String?, _ names: String?
    ) throws -> LocalisationSet {
        let files = try MapFiles(maps, layout: layout, key: key, names: names)
        let annotations =
            if let data {
                try MapAnnotations(Configuration.load(data, output: .multiclass), for: files)
            } else {
                try MapAnnotations(masks: masks ?? "", for: files)
            }
        return LocalisationSet(
            name: maps, maps: files, annotations: annotations,
            pooling: signed ? .signed : .positive)
    }

    private func warn(_ result: LocalisationResult) {
        if result.imagesInBothSets > 0 {
            Progress.warn(
                "\(result.imagesInBothSets) images are in both sets; their scores are too good")
        }
        for source in [result.tunedOn, result.reportedOn].compactMap({ $0 })
        where source.withoutMask > 0 {
            Progress.warn("\(source.withoutMask) maps of \(source.name) have no mask")
        }
    }

    private func show(_ result: LocalisationResult) {
        func text(_ value: Double?) -> String {
            value.map { String(format: "%.3f", $0) } ?? "-"
        }
        func text(_ mean: LocalisationResult.Mean) -> String {
            "\(text(mean.mean)) (\(text(mean.lower)) to \(text(mean.upper)))"
        }
        var table = TextTable([
            "class", "threshold", "tuned on", "mIoU (95%)", "hit rate (95%)", "images", "PxAP",
            "chance", "missing",
        ])
        for row in result.classes {
            let missing = row.miou.missing.sorted { $0.key < $1.key }
                .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            table.add([
                row.name, text(row.threshold), "\(row.tunedOnImages)", text(row.miou),
                text(row.hitRate), "\(row.miou.images)", text(row.pxap.value),
                text(row.pxap.chance), missing,
            ])
        }
        print(table.text)
    }
}

extension LocalisationStudy.Unit: ExpressibleByArgument {}
