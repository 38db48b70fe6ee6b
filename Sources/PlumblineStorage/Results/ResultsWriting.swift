import Foundation
import PlumblineTensors

extension Results {
    /// - Parameter date: the attribute `written`; `nil` for none.
    /// - Throws: ``StorageError`` where two rows have one key, a row belongs to no run, or the file
    ///   cannot be written.
    public func write(_ path: String, date: Date? = Date()) throws {
        try checkKeys(path)
        let factors = Dictionary(uniqueKeysWithValues: runs.map { ($0.run, $0.factors) })
        try HDF5File.write(path) { file in
            try file.write("runs", runTable)
            let configurations = configurationTable
            if configurations.rowCount > 0 { try file.write("configurations", configurations) }
            try file.write("images", imageTable(factors))
            try file.write("scores", scoreTable)
            try file.write("metrics", metricTable)
            let confusion = confusionTable
            if confusion.rowCount > 0 { try file.write("confusion", confusion) }
            if !metricCurves.isEmpty { try file.write("metric_curves", curveTable(factors)) }
            for (run, curve) in curves.sorted(by: { $0.key < $1.key }) {
                try file.write("curves/\(run)", curve)
            }
            for (run, maps) in explanations.sorted(by: { $0.key < $1.key }) {
                for (image, map) in maps.sorted(by: { $0.key < $1.key }) {
                    try file.write("explanations/\(run)/\(image)", map)
                }
            }
            if let judgements, judgements.rowCount > 0 {
                try file.write("judgements", judgements)
            }
            if let predictionPairs, predictionPairs.rowCount > 0 {
                try file.write("prediction_pairs", predictionPairs)
            }
            if let cells, cells.rowCount > 0 { try file.write("cells", cells) }
            if let pairs, pairs.rowCount > 0 { try file.write("pairs", pairs) }
            if let margin { try file.setAttribute("margin", margin) }
            if let audit {
                if !audit.isEmpty { try file.write("audit", Self.table(of: audit)) }
                // A table has at least one row. The count says that there was an audit.
                try file.setAttribute("audit_findings", audit.count)
            }
            if let permutedLabels, !permutedLabels.isEmpty {
                try file.write("permuted_labels", PermutedLabel.table(of: permutedLabels))
            }
            try file.setAttribute("format_version", Self.formatVersion)
            try file.setAttribute("version", plumblineVersion)
            if let date { try file.setAttribute("written", date.ISO8601Format()) }
        }
    }

    private var runTable: Table {
        var table = Table()
        table.add("run", .texts(runs.map(\.run)))
        for (name, text) in RunFactors.texts {
            table.add(name, .texts(runs.map { $0.factors[keyPath: text] }))
        }
        table.add("lambda", .reals(runs.map { $0.factors.lambda ?? .nan }))
        // -1: not known.
        table.add("seed", .integers(runs.map { $0.factors.seed ?? -1 }))
        table.add("steps", .integers(runs.map { $0.factors.steps ?? -1 }))
        table.add("checkpoint_hash", .texts(runs.map(\.checkpointHash)))
        table.add("tool_version", .texts(runs.map(\.toolVersion)))
        table.add("instruction_set", .texts(runs.map(\.instructionSet)))
        table.add("program", .texts(runs.map(\.program)))
        // -1: not known.
        table.add("threads", .integers(runs.map { $0.threads ?? -1 }))
        // Results without a plan have no such column.
        if runs.contains(where: { !$0.study.isEmpty }) {
            table.add("study", .texts(runs.map(\.study)))
        }
        table.add("configuration", .texts(runs.map { Self.digest(of: $0.configuration) }))
        table.add("images", .integers(runs.map(\.images)))
        table.add("labelled", .integers(runs.map(\.labelled)))
        table.add("positives", .integers(runs.map(\.positives)))
        let multiclass = RunResult.multiclassMetricNames.filter { name in
            runs.contains { $0.metrics[name] != nil }
        }
        for name in RunResult.metricNames + multiclass {
            table.add(name, .reals(runs.map { $0.metrics[name] ?? .nan }))
        }
        return table
    }

    /// The settings of the runs, once for all runs with the same ones.
    ///
    /// Long settings, with thousands of classes, take several rows.
    private var configurationTable: Table {
        let texts = Set(runs.map(\.configuration)).subtracting([""]).sorted()
        let rows = texts.flatMap { text in
            Self.parts(of: text).enumerated().map { (Self.digest(of: text), $0, $1) }
        }
        var table = Table()
        table.add("configuration", .texts(rows.map(\.0)))
        table.add("part", .integers(rows.map(\.1)))
        table.add("yaml", .texts(rows.map(\.2)))
        return table
    }

    /// Parts that a column of text may have: at most 2^16 bytes.
    private static func parts(of text: String) -> [String] {
        var parts = [""]
        for scalar in text.unicodeScalars {
            if parts[parts.count - 1].utf8.count > 60_000 { parts.append("") }
            parts[parts.count - 1].unicodeScalars.append(scalar)
        }
        return parts
    }

    /// What the column `configuration` of `/runs` has for settings.
    private static func digest(of yaml: String) -> String {
        yaml.isEmpty ? "" : sha256(of: Data(yaml.utf8))
    }

    /// The factors stand in every row, so that one table is enough for a reader in Python.
    private func imageTable(_ factors: [String: RunFactors]) -> Table {
        var table = Table()
        table.add("run", .texts(images.map(\.run)))
        table.add("image", .texts(images.map(\.image)))
        table.add("group", .texts(images.map { $0.group ?? "" }))
        for (name, text) in RunFactors.texts {
            table.add(name, .texts(images.map { factors[$0.run]?[keyPath: text] ?? "" }))
        }
        table.add("label_state", .texts(images.map(\.label.rawValue)))
        table.add("label", .integers(images.map(\.label.number)))
        table.add("prediction", .texts(images.map { $0.prediction ?? "" }))
        table.add("logit", .reals(images.map { $0.logit ?? .nan }))
        table.add("probability", .reals(images.map(\.probability)))
        return table
    }

    private var scoreTable: Table {
        var table = Table()
        table.add("run", .texts(scores.runs))
        table.add("image", .texts(scores.images))
        table.add("metric", .texts(scores.metrics))
        table.add("part", .texts(scores.parts))
        table.add("value", .reals(scores.values))
        table.add("reason", .texts(scores.reasons))
        return table
    }

    private func curveTable(_ factors: [String: RunFactors]) -> Table {
        func column(_ value: (CurveResult) -> String) -> Table.Values {
            .texts(metricCurves.flatMap { [String](repeating: value($0), count: $0.values.count) })
        }
        var table = Table()
        table.add("run", column(\.run))
        table.add("image", column(\.image))
        table.add("metric", column(\.metric))
        table.add("series", column(\.series))
        table.add("scenario", column { factors[$0.run]?.scenario ?? "" })
        table.add("explanation", column { factors[$0.run]?.explanation ?? "" })
        table.add("step", .integers(metricCurves.flatMap { Array($0.values.indices) }))
        table.add("share", .reals(metricCurves.flatMap(\.shares)))
        table.add("value", .reals(metricCurves.flatMap(\.values)))
        return table
    }

    private static func table(of audit: [AuditFinding]) -> Table {
        var table = Table()
        table.add("check", .texts(audit.map(\.check)))
        table.add("section", .texts(audit.map(\.section)))
        table.add("other", .texts(audit.map(\.other)))
        table.add("count", .integers(audit.map(\.count)))
        table.add("example", .texts(audit.map(\.example)))
        return table
    }

    private var confusionTable: Table {
        let rows = runs.flatMap { run in run.confusion.map { (run: run.run, cell: $0) } }
        var table = Table()
        table.add("run", .texts(rows.map(\.run)))
        table.add("label", .texts(rows.map(\.cell.label)))
        table.add("prediction", .texts(rows.map(\.cell.prediction)))
        table.add("count", .integers(rows.map(\.cell.count)))
        return table
    }

    private var metricTable: Table {
        var table = Table()
        table.add("metric", .texts(metrics.map(\.name)))
        table.add("title", .texts(metrics.map(\.facts.title)))
        table.add("direction", .texts(metrics.map(\.facts.direction)))
        table.add("unit", .texts(metrics.map(\.facts.unit)))
        table.add("definition", .texts(metrics.map(\.facts.definition)))
        return table
    }
}
