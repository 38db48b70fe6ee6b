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
            Size, channels and preprocessing are the checkpoint's. Images that cannot be read are listed, the maps of the others are \
            written, and the exit code is 1.
            """)

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @Option(help: "An image, or a folder of images.") var images: String?
    @Option(help: "A configuration whose evaluation images are explained.") var data: String?
    @Option(name: .customLong("class"), help: "The class explained.") var className: String
    @Option(help: "The explanation; sess: before one wraps it.") var method = "gradient"
    @Option(name: .customLong("set"), help: "A setting, such as explanation.steps=50.")
    var settings: [String] = []
    @Option(help: "The HDF5 file to write.") var output: String
    @Option(help: "A folder for images with their maps laid over.") var overlays: String?
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (images == nil) != (data == nil) else {
            throw ValidationError("give either --images or --data")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let explaining = try Explaining(
                checkpoint: checkpoint, className: className, methods: [method], overrides: settings
            )
            let (found, inputs) = try sources()
            let read = [checkpoint] + inputs + found.map(\.file)
            try OutputFiles.check(output, option: "--output", inputs: read)
            if let overlays {
                try OutputFiles.checkFolder(
                    overlays, names: found.map { "\($0.name).png" }, option: "--overlays",
                    inputs: read)
            }
            if let overlays { try createFolder(overlays) }
            let outcome = try writeExplanations(
                explaining, found, checkpoint: checkpoint, to: output
            ) { explained in
                guard let overlays else { return }
                let size = shrunk(explained.image, to: 512)
                let image = explained.image.resized(
                    height: size.height, width: size.width, antialias: true)
                let map = HeatMap(
                    relevance: explained.maps[0].relevance, height: size.height, width: size.width)
                try Panel.overlay(image, map).write(
                    PathText.joined(overlays, "\(explained.name).png"))
            }
            print("\(outcome.explained) maps in \(output)")
            if outcome.notFinite > 0 {
                ProgramLog.error(
                    "\(outcome.notFinite) of \(outcome.explained) maps have values that "
                        + "are not finite")
            }
            for failure in outcome.failures {
                ProgramLog.error("left out \(failure)")
            }
            guard outcome.failures.isEmpty else {
                ProgramLog.error(
                    "\(outcome.failures.count) of \(found.count) images cannot be read")
                throw ExitCode.failure
            }
        }
    }

    /// The images, and the files that name them.
    private func sources() throws -> (images: [NamedImage], files: [String]) {
        if let images { return (try NamedImage.images(images), [images]) }
        let configuration = try Configuration.load(data!)
        let sources = [configuration.data.align, configuration.data.evaluate]
        return (
            try NamedImage.images(configuration: configuration),
            [data!] + sources.flatMap { [$0.labels, $0.masks] }.filter { !$0.isEmpty }
        )
    }
}

/// The size at which an image's longer side is at most `longest` pixels, and none is 0.
func shrunk(_ image: RasterImage, to longest: Int) -> (height: Int, width: Int) {
    let scale = min(1, Double(longest) / Double(max(image.height, image.width)))
    return (
        height: max(1, Int(Double(image.height) * scale)),
        width: max(1, Int(Double(image.width) * scale))
    )
}
