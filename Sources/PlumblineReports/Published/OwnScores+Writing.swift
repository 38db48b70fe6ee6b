import Foundation
import PlumblineData
import PlumblineStorage

extension OwnScores {
    /// Writes `metrics_diff_results.csv` and `chexlocalize_aucroc.csv` in the published columns.
    ///
    /// Several seeds get a folder each, such as `seed_1` or `seed_0_train.seed_1`, because the
    /// published columns have no seed. An image without one of its scores is a row of empty
    /// fields, as in the published analysis.
    ///
    /// - Returns: the paths of the files.
    /// - Throws: an error of the disk.
    public func write(to folder: String) throws -> [String] {
        try seeds.sorted { $0.key < $1.key }.flatMap { seed, part in
            let place = seeds.count == 1 ? folder : "\(folder)/\(Self.folderName(seed))"
            try createFolder(place)
            let tables = [
                (PublishedScores.table, Self.table(part.scores)),
                (PublishedAUC.table, Self.table(part.auc)),
            ]
            return try tables.map { name, lines in
                let data = Data((lines.joined(separator: "\n") + "\n").utf8)
                try AtomicFile.write("\(place)/\(name)") { try $0.write(data) }
                return "\(place)/\(name)"
            }
        }
    }

    private static func folderName(_ seed: String) -> String {
        "seed_"
            + seed.replacingOccurrences(of: ", ", with: "_").map {
                $0.isLetter || $0.isNumber || "._-".contains($0) ? String($0) : "_"
            }.joined()
    }

    private static func table(_ scores: PublishedScores) -> [String] {
        func row(_ cell: PublishedRow.Cell, _ numbers: [String]) -> String {
            CSVText.row(
                numbers + [cell.model, cell.method, cell.initialisation, cell.label])
        }
        let header = [
            "mass_accuracy_diff", "rank_accuracy_diff", "in_mask_mass_accuracy",
            "in_mask_rank_accuracy", "out_mask_mass_accuracy", "out_mask_rank_accuracy", "model",
            "xai_method", "pretraining", "label",
        ]
        let known = scores.rows.map { one in
            row(
                one.cell,
                [
                    one.massGap, one.rankGap, one.alignedMass, one.alignedRank,
                    one.misalignedMass, one.misalignedRank,
                ].map { "\($0)" })
        }
        let missing = scores.dropped.sorted { $0.key.name < $1.key.name }.flatMap { cell, count in
            [String](repeating: row(cell, [String](repeating: "", count: 6)), count: count)
        }
        return [CSVText.row(header)] + known + missing
    }

    /// A row per finding, method, start and scenario, and a column per model.
    private static func table(_ auc: PublishedAUC) -> [String] {
        let methods = PublishedRow.methods.map { ($0, $0.replacing("_", with: " ")) }
        let starts = PublishedRow.initialisations.map { ($0, $0.replacing("_", with: " ")) }
        var lines = [
            CSVText.row([
                "selected_class", "Attribution method", "Model training", "Attack", "DenseNet",
                "ViT", "Swin-ViT",
            ])
        ]
        var values: [[String]: Double] = [:]
        for value in auc.values {
            let key = [value.label, value.method, value.initialisation, value.model]
            values[key + ["\(value.isAligned)"]] = value.auc
        }
        for label in Set(auc.values.map(\.label)).sorted() {
            for (method, shown) in methods {
                for (start, title) in starts {
                    for (isAligned, attack) in [(true, "In mask"), (false, "Out mask")] {
                        let cells = PublishedRow.models.map { model in
                            values[[label, method, start, model, "\(isAligned)"]].map { "\($0)" }
                        }
                        guard cells.contains(where: { $0 != nil }) else { continue }
                        lines.append(
                            CSVText.row([label, shown, title, attack] + cells.map { $0 ?? "" }))
                    }
                }
            }
        }
        return lines
    }
}
