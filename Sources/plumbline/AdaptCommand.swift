import ArgumentParser
import PlumblineData
import PlumblineExperiments

struct AdaptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapt",
        abstract: "Fine-tunes a model on images with removed pixels, for idsds and f_fidelity.",
        discussion: """
            The training images are those of the configuration, and its section adapt says how \
            long to train. The model is found by its content: `plumbline evaluate` with the same \
            checkpoint and configuration uses it, and a second call trains nothing. If it is \
            killed, the same command resumes it.
            """)

    enum Removal: String, CaseIterable, ExpressibleByArgument {
        case patches
        case pixels
        case all

        var removals: [PixelRemoval] {
            switch self {
            case .patches: [.patches]
            case .pixels: [.pixels]
            case .all: PixelRemoval.allCases
            }
        }
    }

    @Option(help: "The checkpoint that will be evaluated.") var checkpoint: String
    @Option(help: "The configuration (YAML) of the evaluation, with training images.")
    var data: String
    @Option(help: "What is removed: patches (idsds), pixels (f_fidelity) or all.")
    var removal = Removal.all
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let paths = try adaptCheckpoint(checkpoint, to: removal.removals) { classes in
                try Configuration.load(data, overrides: overrides, classes: classes)
            }
            for path in paths { print(path) }
        }
    }
}
