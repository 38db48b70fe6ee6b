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
    @Option(help: "The longer side of each map in the picture, in pixels.") var size = 160
    @Option(help: "The PNG file to write.") var output = "gallery.png"
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard (32...1024).contains(size) else {
            throw ValidationError("--size must be from 32 to 1024")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let methodNames = try checkedMethods()
            try OutputFiles.check(
                output, option: "--output", inputs: checkpoint + (image.map { [$0] } ?? []))
            let models = checkpoint.isEmpty ? try trained() : checkpoint
            let (path, mask) = try shownImage()
            let picture = try RasterImage.read(path)
            let scale = Double(size) / Double(max(picture.height, picture.width))
            let height = max(1, Int((Double(picture.height) * scale).rounded()))
            let width = max(1, Int((Double(picture.width) * scale).rounded()))
            let gallery = Gallery(checkpoints: models, className: className, overrides: settings)
            let tiles = try gallery.tiles(
                path, methods: methodNames, height: height, width: width
            ) { method, reason in
                ProgramLog.error("left out \(method): \(reason)")
            }
            guard !tiles.isEmpty else {
                throw ExplanationError("none of the methods supports one of the models")
            }
            try Panel.gallery(
                picture.resized(height: height, width: width, antialias: true),
                mask?.resized(height: height, width: width),
                tiles.map { ($0.method, Self.caption(of: $0), $0.map) },
                columns: min(6, tiles.count + 1)
            ).write(output)
            print("\(tiles.count) maps in \(output)")
        }
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
