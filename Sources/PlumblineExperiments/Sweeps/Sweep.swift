import Foundation
import PlumblineReports
import PlumblineSettings

/// A sweep: many fine-tunes by one file, in one folder.
///
/// The folder has `stages` (the store of starting models and fine-tunes), `cells` (a folder per
/// cell, with `results.h5`, or `failed.txt` with the reason), `starts` (the evaluated starting
/// models), and `claims` (who works on what).
public struct Sweep: Sendable {
    public let file: String
    /// The folder of the sweep.
    public let folder: String
    /// The names of the axes.
    public let axes: [String]
    public let cells: [SweepCell]
    /// The claims that its file declares; `nil` for none.
    public let study: StudyPlan?
    let expectedImages: [String: Int]

    /// Reads the file of a sweep, and checks the configuration of each cell.
    ///
    /// - Parameter overrides: `key=value`, over the base.
    /// - Throws: ``ConfigurationError`` that names the file, the cell and the key.
    public init(_ file: String, overrides: [String] = []) throws {
        let parsed = try SweepFile(file, overrides: overrides)
        self.file = file
        folder = parsed.output
        axes = parsed.axes.map(\.name)
        expectedImages = parsed.expectedImages
        cells = try SweepCells(parsed).all()
        study = parsed.study
        try checkMetrics()
    }

    /// Checks that the metric of each claim is evaluated.
    private func checkMetrics() throws {
        let names = Set(
            try cells.prefix(1).flatMap { try $0.configuration.metrics() }
                .flatMap { $0.quantities.map(\.name) })
        for claim in study?.claims ?? [] where !names.contains(claim.metric) {
            throw ConfigurationError(
                file, "study.claims.\(claim.name).metric",
                "\(claim.metric) is not evaluated; evaluate.metrics gives "
                    + names.sorted().joined(separator: ", ") + names.hint(for: claim.metric))
        }
    }

    /// What is known of input files, so that they are not read for each cell.
    var digestFile: String { "\(folder)/inputs.h5" }

    func startPath(_ cell: SweepCell) -> String {
        "\(folder)/starts/\(cell.keys.startEvaluation.prefix(20)).h5"
    }
}
