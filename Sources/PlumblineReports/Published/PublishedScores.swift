import PlumblineData
import PlumblineStorage

/// The published scores per image: those of `metrics_diff_results.csv`, or of the output files of
/// the published repository.
public struct PublishedScores: Sendable {
    public let rows: [PublishedRow]
    /// Images of output files that have no number, or are in one scenario alone, by cell.
    public let dropped: [PublishedRow.Cell: Int]
    /// Where they were read.
    public let source: String

    init(rows: [PublishedRow], dropped: [PublishedRow.Cell: Int] = [:], source: String) {
        self.rows = rows
        self.dropped = dropped
        self.source = source
    }

    /// The name of the table of all scores.
    static let table = "metrics_diff_results.csv"

    /// Reads `metrics_diff_results.csv` of a folder; where there is none, the folders
    /// `finetuned_MODEL/START/normal_mask` and `inverse_mask` with the published output files.
    ///
    /// - Throws: ``DatasetError`` for a folder with neither, and for a file, row or field that is
    ///   wrong.
    public static func read(_ folder: String) throws -> PublishedScores {
        let path = "\(folder)/\(table)"
        if FileIdentity(path) != nil { return try readTable(path) }
        for place in [folder, "\(folder)/results"] {
            if let scores = try PublishedOutputs(place).read() { return scores }
        }
        throw DatasetError(
            folder,
            "has no \(table), and no folder finetuned_MODEL/START/normal_mask with output "
                + "files")
    }

    private static func readTable(_ path: String) throws -> PublishedScores {
        let file = try CSVFile(path)
        let names = [
            "mass_accuracy_diff", "rank_accuracy_diff", "in_mask_mass_accuracy",
            "in_mask_rank_accuracy", "out_mask_mass_accuracy", "out_mask_rank_accuracy",
        ]
        let numbers = try names.map { try file.column($0) }
        let factors = try ["model", "pretraining", "xai_method", "label"].map {
            try file.column($0)
        }
        var rows: [PublishedRow] = []
        var dropped: [PublishedRow.Cell: Int] = [:]
        try file.forEachRow { cells, place in
            let cell = PublishedRow.Cell(
                model: cells[factors[0]], initialisation: cells[factors[1]],
                method: cells[factors[2]], label: cells[factors[3]])
            try check(cell, place)
            let values = try zip(names, numbers).map {
                try PublishedNumber.read(cells[$1], column: $0, place: place)
            }
            let known = values.compactMap { $0 }
            guard known.count == values.count else {
                dropped[cell, default: 0] += 1
                return
            }
            rows.append(
                PublishedRow(
                    cell: cell, image: nil, massGap: known[0], rankGap: known[1],
                    alignedMass: known[2], alignedRank: known[3], misalignedMass: known[4],
                    misalignedRank: known[5]))
        }
        guard !rows.isEmpty else { throw DatasetError(path, "has no row with numbers") }
        return PublishedScores(rows: rows, dropped: dropped, source: path)
    }

    private static func check(_ cell: PublishedRow.Cell, _ place: String) throws {
        for (column, value, known) in [
            ("model", cell.model, PublishedRow.models),
            ("pretraining", cell.initialisation, PublishedRow.initialisations),
            ("xai_method", cell.method, PublishedRow.methods),
        ] where !known.contains(value) {
            throw DatasetError(
                place,
                "\(column) is \"\(value.prefix(40).description.printable)\"; it must be one of "
                    + known.joined(separator: ", "))
        }
        guard !cell.label.isEmpty else {
            throw DatasetError(place, "label is empty; the name of a finding is wanted")
        }
    }

    /// The labels, in the paper's order, then those that the paper does not have.
    public var labels: [String] {
        let present = Set(rows.map(\.cell.label))
        return PublishedRow.labels.filter(present.contains)
            + present.subtracting(PublishedRow.labels).sorted()
    }

    /// Rows whose gap is not the difference of their two accuracies, by more than 0.001.
    public var inconsistentRows: Int {
        rows.filter {
            abs($0.alignedMass - $0.misalignedMass - $0.massGap) > 0.001
                || abs($0.alignedRank - $0.misalignedRank - $0.rankGap) > 0.001
        }.count
    }
}
