import Foundation
import PlumblineData
import PlumblineReports
import PlumblineStorage

extension SweepCollection {
    /// Writes the table as HDF5, and three CSV files beside it.
    ///
    /// `NAME_cells.csv` has a row per cell, `NAME_pairs.csv` one per pair of models and score, and
    /// `NAME_scores.csv` one per run, image and score.
    ///
    /// - Returns: the paths of the files.
    /// - Throws: ``StorageError`` if there are no results, or if a file cannot be written.
    public func write(_ path: String) throws -> [String] {
        guard !results.runs.isEmpty else {
            throw StorageError(path, "is not written: no cell of the sweep is done")
        }
        var results = self.results
        results.pairs = GapReport(results).pairTable
        // Without a date: the same cells give the same bytes, whoever made them.
        try results.write(path, date: nil)
        let stem = (path as NSString).deletingPathExtension
        let tables = [
            ("cells", results.cells), ("pairs", results.pairs), ("scores", scoreTable),
        ]
        var paths = [path]
        for (name, table) in tables {
            guard let table else { continue }
            let path = "\(stem)_\(name).csv"
            try Self.writeCSV(table, to: path)
            paths.append(path)
        }
        return paths
    }

    /// The scores with the factors of their run.
    private var scoreTable: Table {
        let scores = results.scores
        let factors = Dictionary(uniqueKeysWithValues: results.runs.map { ($0.run, $0.factors) })
        func texts(_ value: (RunFactors) -> String) -> Table.Values {
            .texts(scores.runs.mapTexts { value(factors[$0]!) })
        }
        var table = Table()
        table.add("class", texts(\.className))
        table.add("model", texts(\.model))
        table.add("pretraining", texts(\.pretraining))
        table.add("trained_through", texts(\.trainedThrough))
        table.add("explanation", texts(\.explanation))
        table.add("scenario", texts(\.scenario))
        table.add("lambda", .reals(scores.runs.map { factors[$0]!.lambda ?? .nan }))
        table.add("seed", texts { $0.seed.map(String.init) ?? "" })
        table.add("settings", texts(\.settings))
        table.add("fine_tune_settings", texts(\.tuneSettings))
        table.add("image", .texts(scores.images))
        table.add("metric", .texts(scores.metrics))
        table.add("part", .texts(scores.parts))
        table.add("value", .reals(scores.values))
        table.add("reason", .texts(scores.reasons))
        return table
    }

    /// Missing numbers are empty fields.
    private static func writeCSV(_ table: Table, to path: String) throws {
        try AtomicFile.write(path) { file in
            try file.write(Data((CSVText.row(table.columns.map(\.name)) + "\n").utf8))
            for row in 0..<table.rowCount {
                let fields = table.columns.map { column in
                    switch column.values {
                    case .texts(let values): values[row]
                    case .integers(let values): "\(values[row])"
                    case .reals(let values): values[row].isNaN ? "" : "\(values[row])"
                    }
                }
                try file.write(Data((CSVText.row(fields) + "\n").utf8))
            }
        }
    }
}
