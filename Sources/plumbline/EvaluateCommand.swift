import ArgumentParser
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Judges a checkpoint on the evaluation images of a configuration.")

    @Option(help: "The model's checkpoint.") var checkpoint: String
    @Option(help: "A configuration (YAML) with the data.") var data: String
    @Option(help: "The scenario named in the results; the stage of the checkpoint by default.")
    var scenario: String?
    @Option(help: "A results file (HDF5) to write.") var output: String?
    @Option(name: .customLong("set"), help: "key=value, in the place of the file's; may repeat.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    func run() throws {
        logging.begin()
        Interruption.listen()
        try reportingErrors {
            if let output {
                try OutputFiles.check(output, option: "--output", inputs: [checkpoint, data])
                try OutputFile.check(output)
            }
            let results = try evaluateCheckpoint(
                checkpoint, on: Configuration.load(data, overrides: overrides), scenario: scenario)
            // Printed before it is stored: a full disk must not take it away.
            print(GapReport(results).text)
            try output.map { try results.write($0) }
        }
    }
}
