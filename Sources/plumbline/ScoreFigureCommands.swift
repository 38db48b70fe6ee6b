import ArgumentParser
import PlumblineExperiments
import PlumblineReports

/// The scores and the runs of a figure without pictures.
struct ScoreFigureOptions: ParsableArguments {
    @OptionGroup var options: ResultsFigureOptions
    @Option(name: .customLong("run"), help: "A run: its name, or its number. Default: all.")
    var runs: [String] = []

    /// Draws the figure of some runs and writes it, by default 120 mm wide.
    func write(
        _ figure: (_ viewer: Viewer, _ runs: [Int], _ width: Double) throws -> Figure
    ) throws {
        try reportingErrors {
            try options.checkOutputs()
            let viewer = try ViewedResults(options.results, title: "", data: nil).viewer
            let numbers = try runs.map { try viewer.run(called: $0) }
            let shown = numbers.isEmpty ? Array(0..<viewer.runCount) : numbers
            try options.write(figure(viewer, shown, options.look.width ?? 120))
        }
    }
}

struct DensitiesFigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "densities", abstract: "Draws the density of scores, a line per run.")

    @OptionGroup var shared: ScoreFigureOptions
    @Option(name: .customLong("metric"), help: "A score. Repeatable.") var metrics: [String]

    func run() throws {
        try shared.write { try $0.densities(metrics, runs: $1, width: $2) }
    }
}

struct BoxesFigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boxes", abstract: "Draws box plots of scores, a box per run.")

    @OptionGroup var shared: ScoreFigureOptions
    @Option(name: .customLong("metric"), help: "A score. Repeatable.") var metrics: [String]

    func run() throws {
        try shared.write { try $0.boxes(metrics, runs: $1, width: $2) }
    }
}

struct ScatterFigureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scatter", abstract: "Draws one score over another, a point per image.")

    @OptionGroup var shared: ScoreFigureOptions
    @Option(help: "The score of the x axis.") var x: String
    @Option(help: "The score of the y axis.") var y: String

    func run() throws {
        try shared.write { try $0.scatter(x: x, y: y, runs: $1, width: $2) }
    }
}
