import Foundation
import PlumblineStorage

/// The tables of `plumbline parts`.
public struct PartsReport {
    private let file: PartsFile

    public init(_ file: PartsFile) { self.file = file }

    /// The quartiles of PH, and the medians of the other quantities.
    public var text: String {
        var lines = [
            "\(file.explanation.printable) of \(file.source.printable): \(file.images) images with "
                + "parts, theta \(file.theta), quartiles by \(file.quartiles.printable)"
        ]
        if let error = file.top1Error { lines.append("top-1 error: \(Self.number(error))") }
        lines += ["", partTable.text, "", approximationTable.text]
        let without = file.classes.reduce(0) { $0 + $1.withoutParts }
        if without > 0 { lines += ["", "\(without) images have no annotated part: not scored"] }
        let reasons = missingReasons
        if !reasons.isEmpty { lines += ["", "missing: \(reasons)"] }
        if file.sweep.count > 1 { lines += ["", sweepTable.text] }
        lines += ["", correlationTable.text]
        return lines.joined(separator: "\n")
    }

    private var partTable: TextTable {
        var table = TextTable([
            "class", "part", "images", "absent", "missing", "PHQ1", "PHQ2", "PHQ3", "precision",
            "recall", "Dice", "IoU",
        ])
        for entry in file.classes {
            for part in entry.parts {
                let ph = part.quantities["ph"]
                let medians = ["precision", "recall", "dice", "iou"].map {
                    Self.number(part.quantities[$0]?.q2)
                }
                table.add(
                    [
                        entry.name, part.part, "\(part.images)", "\(part.absent)",
                        "\(part.missing)", Self.number(ph?.q1), Self.number(ph?.q2),
                        Self.number(ph?.q3),
                    ] + medians)
            }
        }
        return table
    }

    /// What the precision of the whole object, in the place of the part's own, changes.
    private var approximationTable: TextTable {
        var table = TextTable([
            "PH - Dice of class", "part", "precision", "true precision", "Q1", "Q2", "Q3",
            "Spearman of PH and Dice",
        ])
        for entry in file.classes {
            for part in entry.parts where part.part != PartsFile.background {
                let difference = part.approximation?.difference
                table.add(
                    [entry.name, part.part]
                        + ["precision", "true_precision"].map {
                            Self.number(part.quantities[$0]?.q2)
                        }
                        + [difference?.q1, difference?.q2, difference?.q3].map(Self.number)
                        + [Self.number(part.approximation?.spearman)])
            }
        }
        return table
    }

    private var missingReasons: String {
        var counts: [String: Int] = [:]
        for part in file.classes.flatMap(\.parts) {
            counts.merge(part.missingReasons) { $0 + $1 }
        }
        return counts.sorted { $0.key < $1.key }.map {
            "\($0.value) scores of parts: \($0.key.printable)"
        }.joined(separator: ", ")
    }

    /// The median PH of each part at each theta.
    private var sweepTable: TextTable {
        var table = TextTable(
            ["PHQ2 of class", "part"] + file.sweep.map { "theta \($0.theta)" })
        for entry in file.classes {
            for part in entry.parts {
                let medians = file.sweep.map { sweep in
                    Self.number(
                        sweep.parts.first { $0.class == entry.name && $0.part == part.part }?
                            .ph?.q2)
                }
                table.add([entry.name, part.part] + medians)
            }
        }
        return table
    }

    /// Spearman's correlation of the mean PH of an image's parts with the other metrics.
    private var correlationTable: TextTable {
        let metrics = file.sweep.first?.correlations.map(\.metric) ?? []
        var table = TextTable(
            ["Spearman of PH and"] + file.sweep.map { "theta \($0.theta)" } + ["images"])
        for metric in metrics {
            let own = file.sweep.map { $0.correlations.first { $0.metric == metric } }
            table.add(
                [metric]
                    + own.map { $0?.spearman.map(Self.number) ?? $0?.reason ?? "missing" }
                    + ["\(own.compactMap { $0?.images }.max() ?? 0)"])
        }
        return table
    }

    private static func number(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "missing"
    }
}
