import ArgumentParser
import PlumblineExperiments
import PlumblineReports

struct ExtremesFigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extremes",
        abstract: "Draws each score's highest and lowest images, predicted right and wrong.",
        discussion: """
            The figure of the Shared Interest article (arXiv 2107.09234). Maps are drawn where \
            the results keep them (evaluate.save_explanations).
            """)

    @OptionGroup var options: ResultsFigureOptions
    @OptionGroup var pictures: FigurePictureOptions
    @Option(
        name: .customLong("metric"),
        help: "A score, as the page of view calls it. Repeatable. Default: up to three.")
    var metrics: [String] = []
    @Option(help: "Only images with this label.") var label: String?
    @Option(help: "Images of each kind.") var count = 3

    func validate() throws {
        guard (1...20).contains(count) else {
            throw ValidationError("--count must be from 1 to 20")
        }
    }

    func run() throws {
        try reportingErrors {
            try options.checkOutputs(inputs: [pictures.data])
            let viewed = try pictures.viewed(options.results)
            let viewer = viewed.viewer
            let run = try pictures.run.map { try viewer.run(called: $0) } ?? 0
            let scores = metrics.isEmpty ? viewer.extremeScores(run: run) : metrics
            guard !scores.isEmpty else {
                throw SelectionError(
                    "--metric: the results have no score that judges a map; name one")
            }
            try options.write(
                viewer.extremes(
                    scores, run: run, count: count, label: label, viewed.pictures,
                    pictures.look(options.look, columns: 2 * count)))
        }
    }
}
