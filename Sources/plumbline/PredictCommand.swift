import ArgumentParser
import PlumblineExperiments

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Writes the most probable classes of images to a CSV file.",
        discussion: """
            One row per image: image, label, top1, p1, ..., top5, p5. Images that cannot be read \
            are listed, and the exit code is then 1.
            """)

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @OptionGroup var source: ImageOptions
    @Option(
        name: .customLong("set"), help: "A setting, such as evaluate.batch_size=32. Repeatable.")
    var settings: [String] = []
    @Option(help: "The CSV file to write.") var output: String
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            try OutputFiles.check(
                output, option: "--output",
                inputs: [checkpoint] + [source.images, source.data].compactMap { $0 })
            let predicting = try Predicting(checkpoint: checkpoint, overrides: settings)
            let named =
                if let data = source.data {
                    try predicting.labelledImages(
                        Configuration.load(data, classes: predicting.classes))
                } else {
                    try NamedImage.images(source.images ?? "")
                }
            try OutputFiles.check(
                output, option: "--output", inputs: named.compactMap(\.file))
            let outcome = try writePredictions(predicting, named, to: output)
            print("\(outcome.predicted) images in \(output)")
            try ImageOptions.report(outcome.failures, of: named.count)
        }
    }
}
