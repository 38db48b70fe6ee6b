import ArgumentParser
import PlumblineData
import PlumblineExperiments
import PlumblineExplanations
import Foundation
import PlumblineReports

struct GalleryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gallery", abstract: "One film explained by every method, as one picture.",
        discussion: """
            Each method is shown on the first checkpoint that it is defined on. Without --checkpoint a small DenseNet and a small ViT are \
            trained on phantoms first, in the folder --work; without --image the film is a phantom.
            """)

    @Option(help: "A film; a phantom by default.") var image: String?
    @Option(name: .customLong("class"), help: "The class explained.") var className =
        "Pleural Effusion"
    @Option(help: "A model's checkpoint; may repeat.") var checkpoint: [String] = []
    @Option(help: "Methods, separated by commas; all by default.") var methods: String?
    @Option(
        name: .customLong("set"), help: "A setting, such as explanation.samples=500; may repeat.")
    var settings: [String] = []
    @Option(help: "Where models without --checkpoint are trained and kept.") var work = "gallery"
    @Option(help: "The demo's configuration.") var config = "configs/demo.yaml"
    @Option(help: "Pixels a side of each picture, of the longer side.") var size = 160
    @Option(help: "The PNG to write.") var output = "gallery.png"
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
            let chosen =
                methods.map { $0.split(separator: ",").map(String.init) } ?? ExplanationRegistry
                .names + ["sess:grad_cam"]
            let known = try Configuration(yaml: "", file: "--set", overrides: settings)
                .explanationSettings()
            for name in chosen { _ = try ExplanationRegistry.make(name, known) }
            try OutputFiles.check(
                output, option: "--output", inputs: checkpoint + (image.map { [$0] } ?? []))
            let models = checkpoint.isEmpty ? try trained() : checkpoint
            let (path, mask) = try film()
            let film = try RasterImage.read(path)
            let scale = Double(size) / Double(max(film.height, film.width))
            let height = max(1, Int((Double(film.height) * scale).rounded()))
            let width = max(1, Int((Double(film.width) * scale).rounded()))
            let gallery = Gallery(checkpoints: models, className: className, overrides: settings)
            let tiles = try gallery.tiles(path, methods: chosen, height: height, width: width) {
                method, reason in
                ProgramLog.error("left out \(method): \(reason)")
            }
            guard !tiles.isEmpty else {
                throw ExplanationError("none of the methods is defined on the models given")
            }
            let picture = Panel.gallery(
                film.resized(height: height, width: width, antialias: true),
                mask?.resized(height: height, width: width),
                tiles.map {
                    ($0.method, "\($0.model) \(String(format: "%.2f", $0.seconds)) s", $0.map)
                }, columns: min(6, tiles.count + 1))
            try picture.write(output)
            print("\(tiles.count) maps in \(output)")
        }
    }

    /// A film and, of a phantom, the mask of the class.
    private func film() throws -> (path: String, mask: Mask?) {
        if let image { return (image, nil) }
        guard let finding = PhantomFinding(rawValue: className) else {
            throw ExplanationError("phantoms have no class \(className); give a film by --image")
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
                config, films: work, output: "\(work)/\(name)", overrides: overrides)
            return try Experiment(configuration).train()
        }
    }
}
