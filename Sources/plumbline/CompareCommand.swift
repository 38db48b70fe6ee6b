import ArgumentParser
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares the methods of a results file by one metric, or two checkpoints.",
        discussion: """
            For each model with two methods or more: mean ranks over the images, Friedman's test, \
            Nemenyi's critical difference, and paired Wilcoxon tests with Holm's correction. \
            Images of one patient count as one. An image that lacks a value of some method is \
            left out and counted.

            With --data, the two arguments are checkpoints, made here or elsewhere: both are \
            evaluated on the images of the configuration, and the gap A - B is printed with the \
            tables of `report`.
            """)

    @Argument(help: "A results file (HDF5); with --data, two checkpoints.") var inputs: [String]
    @Option(help: "The metric, such as mass_accuracy. With --data the default is all.")
    var metric: String?
    @Option(help: "The part of the image, where the metric scores parts.") var part = ""
    @Option(help: "A CSV file to write, with one row per number.") var csv: String?
    @Option(help: "A configuration file (YAML) that names the images for two checkpoints.")
    var data: String?
    @Option(help: "With --data: the results file (HDF5) to write.") var output: String?
    @Option(
        name: .customLong("set"), help: "key=value: replaces a setting of --data. Repeatable.")
    var overrides: [String] = []
    @OptionGroup var logging: LogOptions

    func validate() throws {
        if data == nil {
            guard inputs.count == 1, metric != nil else {
                throw ValidationError("give one results file and --metric, or --data")
            }
            guard output == nil, overrides.isEmpty else {
                throw ValidationError("--output and --set belong to --data")
            }
        } else {
            guard inputs.count == 2 else {
                throw ValidationError("--data compares two checkpoints, not \(inputs.count)")
            }
            guard csv == nil, part.isEmpty else {
                throw ValidationError("--csv and --part are for a results file, not for --data")
            }
        }
    }

    func run() throws {
        if let data {
            logging.begin()
            Interruption.listen()
            try reportingErrors { try compareCheckpoints(on: data) }
        } else {
            try reportingErrors { try compareMethods(metric: metric!) }
        }
    }

    private func compareMethods(metric: String) throws {
        let results = inputs[0]
        if let csv { try OutputFiles.check(csv, option: "--csv", inputs: [results]) }
        let read = try Results.read(results)
        if let problem = MethodComparison.problem(read, metric: metric, part: part) {
            throw MetricError("\(results): \(problem)")
        }
        let comparisons = MethodComparison.all(read, metric: metric, part: part)
        print(comparisons.map(\.text).joined(separator: "\n\n"))
        if let csv { try MethodComparison.write(comparisons, to: csv) }
    }

    private func compareCheckpoints(on data: String) throws {
        if let output {
            try OutputFiles.check(output, option: "--output", inputs: inputs + [data])
            try OutputFile.check(output)
        }
        let settings = overrides + (metric.map { ["evaluate.metrics=[\($0)]"] } ?? [])
        let results = try PlumblineExperiments.compareCheckpoints(inputs[0], inputs[1]) {
            try Configuration.load(data, overrides: settings, classes: $0)
        }
        print("A: \(inputs[0])\nB: \(inputs[1])\n")
        let pair = (first: "A", second: "B")
        print(GapReport(results, pair: pair).text)
        let pairs = try GapPairs([(path: data, results: results)], scenarios: pair)
        let report = try GroupedReport(pairs, by: ["explanation"])
        for table in report.tables(history: false) { print(table.text(.markdown)) }
        try output.map { try results.write($0) }
    }
}
