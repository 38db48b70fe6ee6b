import ArgumentParser
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluates a checkpoint on the evaluation images of a configuration.")

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @Option(help: "A configuration file (YAML) that names the data.") var data: String
    @Option(help: "The scenario named in the results. Default: the stage of the checkpoint.")
    var scenario: String?
    @Option(help: "The results file (HDF5) to write.") var output: String?
    @Option(help: "all, or metrics separated by commas. Default: evaluate.metrics.")
    var metrics: String?
    @Option(
        help: """
            The metrics of a purpose: debugging (faithfulness, sanity), deployment (faithfulness, \
            stability) or research (all).
            """)
    var profile: MetricProfile?
    @Option(help: "A text file with ids of images, one per line: only these are evaluated.")
    var ids: String?
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of the file. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    func validate() throws {
        guard metrics == nil || profile == nil else {
            throw ValidationError("give either --metrics or --profile, not both")
        }
    }

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            if let output {
                try OutputFiles.check(output, option: "--output", inputs: [checkpoint, data])
                try OutputFile.check(output)
            }
            let overrides = try overrides + metricSettings()
            let results = try evaluateCheckpoint(
                checkpoint, scenario: scenario, ids: ids.map(ImageIDs.init)
            ) { classes in
                try Configuration.load(data, overrides: overrides, classes: classes)
            }
            // Printed first: a full disk must not lose the results.
            print(GapReport(results).text)
            EvaluationNotes.lines(results).forEach { print($0) }
            try output.map { try results.write($0) }
        }
    }

    /// The setting that `--metrics` or `--profile` stands for.
    private func metricSettings() throws -> [String] {
        let names: [String]
        if let profile {
            names = try profile.names()
        } else if let metrics {
            names = metrics == "all" ? try MetricRegistry.all().map(\.name) : [metrics]
        } else {
            return []
        }
        return ["evaluate.metrics=[\(names.joined(separator: ", "))]"]
    }
}

extension MetricProfile: ExpressibleByArgument {}
