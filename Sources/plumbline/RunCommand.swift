import ArgumentParser
import PlumblineExperiments
import Foundation
import PlumblineReports
import PlumblineStorage

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "The main job: train or load a model, align and misalign its explanations, evaluate, and report the gap.",
        discussion:
            "Killed at any moment, the same command goes on from the last step. `plumbline config` prints every key."
    )

    @Argument(help: "A configuration (YAML).") var config: String
    @Option(name: .customLong("set"), help: "key=value, in the place of the file's; may repeat.")
    var overrides: [String] = []
    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions
    @Flag(help: "Print stages, images, time and disk space, and write nothing.")
    var dryRun = false

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let experiment = try Experiment(
                Configuration.load(config, overrides: overrides + start.overrides))
            if dryRun {
                let estimate = try experiment.estimate()
                print(estimate.lines.joined(separator: "\n"))
                try estimate.checkDisks()
            } else {
                try runExperiment(experiment)
            }
        }
    }
}

/// Runs an experiment, prints its tables and draws its panel. The tables come first: images that
/// cannot be read any more must not take them away.
func runExperiment(_ experiment: Experiment) throws {
    let results = try experiment.run()
    print(GapReport(results).text)
    print("results: \(experiment.resultsPath)")
    try writePanel(experiment)
}

/// Writes `panel.png` beside the results, where the evaluation set has a positive image with a
/// mask.
func writePanel(_ experiment: Experiment) throws {
    let rows = try experiment.panel().map { row in
        Panel.Row(
            film: row.image, mask: row.mask,
            maps: row.maps.map {
                (
                    title: $0.title, map: $0.map,
                    caption: $0.massAccuracy.value.map { String(format: "mass %.2f", $0) }
                        ?? $0.massAccuracy.reason!.rawValue
                )
            })
    }
    guard !rows.isEmpty else { return }
    try Panel.draw(rows).write("\(experiment.configuration.output)/panel.png")
}

/// Weights that a model starts from.
struct StartingWeights: ParsableArguments {
    @Option(
        help:
            "A checkpoint, safetensors, .pt or Keras HDF5 to start from; as --set model.weights=FILE."
    ) var weights: String?

    var overrides: [String] { weights.map { ["model.weights=\($0)"] } ?? [] }
}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Only the first part of `run`: trains the starting model.")

    @Argument(help: "A configuration (YAML).") var config: String
    @Option(name: .customLong("set"), help: "key=value, in the place of the file's; may repeat.")
    var overrides: [String] = []
    @OptionGroup var start: StartingWeights
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            let experiment = try Experiment(
                Configuration.load(config, overrides: overrides + start.overrides))
            print(try experiment.train())
        }
    }
}
