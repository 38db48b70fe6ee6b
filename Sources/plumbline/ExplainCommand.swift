import ArgumentParser
import PlumblineData
import PlumblineExperiments
import Foundation
import PlumblineMetrics
import PlumblineReports

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Writes relevance maps of images to HDF5, and overlays to PNG.",
        discussion: """
            The checkpoint gives the image size, the channels and the preprocessing. Images that \
            cannot be read are listed. The maps of the other images are written, and the exit \
            code is 1.
            """)

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @OptionGroup var source: ImageOptions
    @Option(name: .customLong("class"), help: "The class to explain.") var className: String
    @Option(help: "The explanation method. The prefix sess: enhances a method by SESS.")
    var method = "gradient"
    @Option(name: .customLong("set"), help: "A setting, such as explanation.steps=50. Repeatable.")
    var settings: [String] = []
    @Option(help: "The HDF5 file to write.") var output: String
    @Option(help: "A folder for pictures with the map drawn over the image.") var overlays: String?
    @Option(
        name: .customLong("overlay-format"),
        help: """
            png: the image of at most 512 pixels with its map; svg, pdf: a figure with the image \
            at its own resolution, the colours of the map and their values. Repeatable.
            """)
    var overlayFormats = ["png"]
    @Flag(help: "Draw overlays with the signs of the map, in diverging colours.")
    var signed = false
    @OptionGroup var figures: FigureOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        for format in overlayFormats where !Figure.fileExtensions.contains(format) {
            throw ValidationError("--overlay-format must be png, svg or pdf, not \(format)")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let explaining = try Explaining(
                checkpoint: checkpoint, className: className, methods: [method], overrides: settings
            )
            let (images, listFiles) = try sources(explaining.classes)
            try prepareOutputs(images, inputs: [checkpoint] + listFiles + images.compactMap(\.file))
            let outcome = try writeExplanations(
                explaining, images, checkpoint: checkpoint, to: output
            ) { explained in
                if let overlays { try writeOverlay(of: explained, to: overlays) }
            }
            try report(outcome, of: images.count)
        }
    }

    /// The images, and the files that name them.
    ///
    /// - Parameter classes: of the checkpoint.
    private func sources(_ classes: [String]) throws -> (images: [NamedImage], files: [String]) {
        guard let data = source.data else {
            let images = source.images ?? ""
            return (try NamedImage.images(images), [images])
        }
        let configuration = try Configuration.load(data, classes: classes)
        let sources = [configuration.data.align, configuration.data.evaluate]
        return (
            try NamedImage.images(configuration: configuration),
            [data] + sources.flatMap { [$0.labels, $0.masks] }.filter { !$0.isEmpty }
        )
    }

    /// - Throws: ``ConfigurationError`` if an output would replace one of `inputs`.
    private func prepareOutputs(_ images: [NamedImage], inputs: [String]) throws {
        try OutputFiles.check(output, option: "--output", inputs: inputs)
        guard let overlays else { return }
        try OutputFiles.checkFolder(
            overlays,
            names: images.flatMap { image in overlayFormats.map { "\(image.name).\($0)" } },
            option: "--overlays", inputs: inputs)
        try createFolder(overlays)
    }

    private func writeOverlay(of explained: Explaining.Explained, to folder: String) throws {
        for format in overlayFormats {
            let path = PathText.joined(folder, "\(explained.name).\(format)")
            let image =
                format == "png"
                ? Self.shown(explained.image, shrunk(explained.image, to: 512)) : explained.image
            let map = HeatMap(
                relevance: explained.maps[0].relevance, geometry: explained.geometry,
                height: image.height, width: image.width,
                pooling: signed ? .signed : .positive)
            if format == "png" {
                try OverlayFigure.picture(image, map, colours: figures.colours).write(path)
            } else {
                try OverlayFigure.figure(
                    image, map, width: figures.width ?? 85, colours: figures.colours,
                    caption: ["\(explained.name): \(method) of \(className)"]
                ).write(path)
            }
        }
    }

    private static func shown(
        _ image: RasterImage, _ size: (height: Int, width: Int)
    ) -> RasterImage {
        image.resized(height: size.height, width: size.width, antialias: true)
    }

    private func report(_ outcome: Explaining.Outcome, of imageCount: Int) throws {
        print("\(outcome.explained) maps in \(output)")
        if outcome.notFinite > 0 {
            ProgramLog.error(
                "\(outcome.notFinite) of \(outcome.explained) maps have values that "
                    + "are not finite")
        }
        try ImageOptions.report(outcome.failures, of: imageCount)
    }
}

/// The size at which an image's longer side has at most `longest` pixels, and no side has 0.
func shrunk(_ image: RasterImage, to longest: Int) -> (height: Int, width: Int) {
    let scale = min(1, Double(longest) / Double(max(image.height, image.width)))
    return (
        height: max(1, Int(Double(image.height) * scale)),
        width: max(1, Int(Double(image.width) * scale))
    )
}
