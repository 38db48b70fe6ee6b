import Foundation
import PlumblineStorage

/// The mean of each score of some runs: a row per score, a column per run.
///
/// Where there are few scores, they are columns of the table of runs instead.
struct ScoreSummary {
    /// With more scores, a table with a column for each is not readable.
    static let mostColumns = 6

    private let keys: [ScoreKey]
    private let runs: [ScoredImages]

    /// - Parameter runs: of different scenarios.
    init(_ keys: [ScoreKey], _ runs: [ScoredImages]) {
        self.keys = keys
        self.runs = runs
    }

    /// The means over positive images; scores that no such image has are left out.
    var table: TextTable {
        let columns = runs.flatMap { [$0.run.factors.scenario, "n"] }
        var table = TextTable(["score", "better"] + columns + ["missing"])
        for key in keys {
            var cells: [String] = []
            var missing: [String: Int] = [:]
            var isScored = false
            for run in runs {
                let rows = run.positives.compactMap { run.score(key, $0.image) }
                let values = rows.compactMap(\.value)
                isScored = isScored || !rows.isEmpty
                for row in rows where row.value == nil {
                    missing[row.reason.isEmpty ? "no reason stored" : row.reason, default: 0] += 1
                }
                let mean = values.reduce(0, +) / Double(values.count)
                cells += [
                    values.isEmpty ? "missing" : String(format: "%.3f", mean), "\(values.count)",
                ]
            }
            guard isScored else { continue }
            let better = key.direction.split(separator: " ").first.map(String.init) ?? ""
            let reasons = missing.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            table.add([key.title, better] + cells + [reasons.joined(separator: ", ")])
        }
        return table
    }
}
