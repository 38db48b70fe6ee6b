import ArgumentParser
import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineExplanations
import PlumblineReports

struct GalleryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery",
        abstract: "Explains one image by every method, and draws one picture of all maps.",
        discussion: """
            Each method is shown on the first checkpoint that supports it. Without --checkpoint, \
            a small DenseNet and a small ViT are trained on synthetic radiographs first, in the \
            folder --work. Without --image, the image is a synthetic radiograph.
            """)

    @Option(help: "The image to explain. Default: a synthetic radiograph.") var image: String?
    @Option(name: .customLong("class"), help: "The class to explain.")
    var className = "Pleural Effusion"
    @Option(help: "A model's checkpoint. Repeatable.") var checkpoint: [String] = []
    @Option(help: "Explanation methods, separated by commas. Default: all.") var methods: String?
    @Option(
        name: .customLong("set"), help: "A setting, such as explanation.samples=500. Repeatable.")
    var settings: [String] = []
    @Option(help: "The folder of the models that are trained without --checkpoint.")
    var work = "gallery"
    @Option(help: "The demo's configuration.") var config = "configs/demo.yaml"
    @Option(help: "The longer side of each map in pixels.") var size = 160
    @Flag(help: "Draw maps with their signs, in diverging colours.") var signed = false
    @Option(help: "A file to write (.png, .svg or .pdf). Repeatable.")
    var output = ["gallery.png"]
    @OptionGroup var figures: FigureOptions
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (32...1024).contains(size) else {
            throw ValidationError("--size must be from 32 to 1024")
        }
        try FigureOptions.check(output, option: "--output")
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let methodNames = try checkedMethods()
            for path in output {
                try OutputFiles.check(
                    path, option: "--output", inputs: checkpoint + (image.map { [$0] } ?? []))
            }
            let models = checkpoint.isEmpty ? try trained() : checkpoint
            let (path, mask) = try shownImage()
            let picture = try RasterImage.read(path)
            let figure = try figure(path, picture, mask, models, methodNames)
            for path in output { try figure.write(path) }
            print("\(figure.cells.count - 1) maps in \(output.joined(separator: ", "))")
        }
    }

    private func figure(
        _ path: String, _ picture: RasterImage, _ mask: Mask?, _ models: [String],
        _ methodNames: [String]
    ) throws -> Figure {
        let scale = Double(size) / Double(max(picture.height, picture.width))
        let gallery = Gallery(checkpoints: models, className: className, overrides: settings)
        let tiles = try gallery.tiles(
            path, methods: methodNames,
            height: max(1, Int((Double(picture.height) * scale).rounded())),
            width: max(1, Int((Double(picture.width) * scale).rounded())),
            pooling: signed ? .signed : .positive
        ) { method, reason in
            ProgramLog.error("left out \(method): \(reason)")
        }
        guard !tiles.isEmpty else {
            throw ExplanationError("none of the methods supports one of the models")
        }
        return GalleryFigure.figure(
            picture, mask,
            tiles.map { .init(title: $0.method, caption: Self.caption(of: $0), map: $0.map) },
            what: className, isSigned: signed, columns: min(6, tiles.count + 1),
            width: figures.width ?? 175, colours: figures.colours)
    }

    private static func caption(of tile: Gallery.Tile) -> String {
        "\(tile.model) \(String(format: "%.2f", tile.seconds)) s"
    }

    /// The names of the methods.
    ///
    /// - Throws: ``ExplanationError`` for a name that is not registered.
    private func checkedMethods() throws -> [String] {
        let names =
            methods.map { $0.split(separator: ",").map(String.init) }
            ?? ExplanationRegistry.names + ["sess:grad_cam"]
        let explanationSettings = try Configuration(
            yaml: "", file: "--set", overrides: settings
        ).explanationSettings()
        for name in names { _ = try ExplanationRegistry.make(name, explanationSettings) }
        return names
    }

    /// The path of the image, and the mask of the class if the image is synthetic.
    private func shownImage() throws -> (path: String, mask: Mask?) {
        if let image { return (image, nil) }
        guard let finding = PhantomFinding(rawValue: className) else {
            throw ExplanationError(
                "synthetic radiographs have no class \(className); give an image by --image")
        }
        try createFolder(work)
        let phantom = Phantom(size: 320, findings: [finding], marker: false, seed: 11)
        let path = "\(work)/phantom.png"
        try phantom.image.write(path)
        return (path, phantom.findings[finding])
    }

    private func trained() throws -> [String] {
        let vit = ["model.name=vit_mini", "train.learning_rate=0.001", "train.epochs=40"]
        return try [("densenet", []), ("vit", vit)].map { name, overrides in
            let configuration = try demoConfiguration(
                config, imageFolder: work, output: "\(work)/\(name)", overrides: overrides)
            return try Experiment(configuration).train()
        }
    }
}
