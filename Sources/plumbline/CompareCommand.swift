import ArgumentParser
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compares the methods of a results file by one metric.",
        discussion: """
            For each model with two methods or more: mean ranks over the images, Friedman's test, \
            Nemenyi's critical difference, and paired Wilcoxon tests with Holm's correction. \
            Images of one patient count as one. An image that lacks a value of some method is \
            left out and counted.
            """)

    @Argument(help: "A results file (HDF5).") var results: String
    @Option(help: "The metric, such as mass_accuracy.") var metric: String
    @Option(help: "The part of the image, where the metric scores parts.") var part = ""
    @Option(help: "A CSV file to write, with one row per number.") var csv: String?

    func run() throws {
        try reportingErrors {
            if let csv { try OutputFiles.check(csv, option: "--csv", inputs: [results]) }
            let read = try Results.read(results)
            if let problem = MethodComparison.problem(read, metric: metric, part: part) {
                throw MetricError("\(results): \(problem)")
            }
            let comparisons = MethodComparison.all(read, metric: metric, part: part)
            print(comparisons.map(\.text).joined(separator: "\n\n"))
            if let csv { try MethodComparison.write(comparisons, to: csv) }
        }
    }
}
