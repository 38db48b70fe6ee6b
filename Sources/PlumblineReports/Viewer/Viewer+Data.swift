import Foundation
import PlumblineStorage

extension Viewer {
    /// Writes a file of the folder `data`: a script that hands its content to the page.
    static func write(_ content: some Encodable, as name: String, to folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var script = Data("PL.receive(\"\(name)\", ".utf8)
        script.append(try encoder.encode(content))
        script.append(Data(");\n".utf8))
        try write(script, to: "\(folder)/data/\(name).js")
    }

    private struct Column: Encodable {
        var values: String
        /// Empty where no value is missing.
        var reasons: String?
    }

    /// Scores, categories, curves and judgements; all but pictures and the index.
    func writeData(to folder: String) throws {
        for (number, score) in tables.scores.enumerated() {
            let isMissing = score.reasons.values.contains { $0 > 0 }
            try Self.write(
                Column(
                    values: score.values.base64, reasons: isMissing ? score.reasons.base64 : ""),
                as: "metric-\(number)", to: folder)
        }
        for (number, category) in tables.categories.enumerated() {
            try Self.write(
                Column(values: category.values.base64), as: "category-\(number)", to: folder)
        }
        try writeCurves(to: folder)
        try writeJudgements(to: folder)
    }

    /// The curves of each image, some images per file.
    private func writeCurves(to folder: String) throws {
        var chunks: [Int: [String: [ViewerIndex.Curve]]] = [:]
        for (number, source) in tables.sources.enumerated() {
            for curve in source.results.metricCurves {
                guard let image = tables.image(curve.image),
                    let run = tables.run(curve.run, source: number)
                else { continue }
                chunks[image / Self.chunk, default: [:]]["\(image)", default: []].append(
                    ViewerIndex.Curve(
                        run: run, metric: curve.metric, series: curve.series,
                        shares: curve.shares, values: curve.values.map(\.finite)))
            }
        }
        guard !chunks.isEmpty else { return }
        for chunk in 0...((tables.names.count - 1) / Self.chunk) {
            try Self.write(chunks[chunk] ?? [:], as: "curves-\(chunk)", to: folder)
        }
    }

    /// The judge's texts of each image, as pairs of a column and a text.
    private func writeJudgements(to folder: String) throws {
        var rows: [String: [[[String]]]] = [:]
        for source in tables.sources {
            guard let table = source.results.judgements, let images = table.texts("image") else {
                continue
            }
            for (row, name) in images.enumerated() {
                guard let image = tables.image(name) else { continue }
                let pairs = table.columns.compactMap { column -> [String]? in
                    guard !["image", "run"].contains(column.name) else { return nil }
                    let text = column.values.text(row)
                    return text.isEmpty ? nil : [column.name, text]
                }
                rows["\(image)", default: []].append(pairs)
            }
        }
        guard tables.sources.contains(where: { $0.results.judgements != nil }) else { return }
        try Self.write(rows, as: "judge", to: folder)
    }
}

extension Table.Values {
    /// A value as text; empty for a number that is missing.
    fileprivate func text(_ row: Int) -> String {
        switch self {
        case .texts(let values): values[row]
        case .integers(let values): "\(values[row])"
        case .reals(let values): values[row].isNaN ? "" : "\(values[row])"
        }
    }
}
