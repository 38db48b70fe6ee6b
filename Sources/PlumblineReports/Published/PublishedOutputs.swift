import PlumblineData

/// The output files of the published repository: one per model, start, scenario, label and method.
///
/// `finetuned_MODEL/START/normal_mask/_LABEL_METHOD_output.csv` has a row per image with the
/// columns path, mass_accuracy and rank_accuracy, whose numbers are printed as `tensor(x)`.
/// `inverse_mask` is the other scenario. Rows of the two are joined by path.
struct PublishedOutputs {
    private let folder: String

    init(_ folder: String) { self.folder = folder }

    /// One image of an output file.
    private struct Output {
        var path: String
        var mass: Double?
        var rank: Double?
    }

    /// - Returns: `nil` where the folder has none of the files.
    func read() throws -> PublishedScores? {
        var rows: [PublishedRow] = []
        var dropped: [PublishedRow.Cell: Int] = [:]
        // The order of the published table.
        for method in ["lrp", "gradient", "integrated_gradients", "smoothgrad"] {
            for initialisation in PublishedRow.initialisations {
                for label in PublishedRow.labels {
                    for model in ["densenet", "swinvit", "vit"] {
                        let cell = PublishedRow.Cell(
                            model: model, initialisation: initialisation, method: method,
                            label: label)
                        guard let pair = try read(cell) else { continue }
                        rows += pair.rows
                        if pair.dropped > 0 { dropped[cell] = pair.dropped }
                    }
                }
            }
        }
        guard !rows.isEmpty else { return nil }
        return PublishedScores(rows: rows, dropped: dropped, source: folder)
    }

    /// The images of a cell; `nil` where neither scenario has a file.
    private func read(_ cell: PublishedRow.Cell) throws -> (rows: [PublishedRow], dropped: Int)? {
        let aligned = path(cell, "normal_mask")
        let misaligned = path(cell, "inverse_mask")
        let present = [aligned, misaligned].filter { FileIdentity($0) != nil }
        guard !present.isEmpty else { return nil }
        guard present.count == 2 else {
            throw DatasetError(
                present[0],
                "its other scenario is missing: \(present[0] == aligned ? misaligned : aligned)")
        }
        let first = try outputs(aligned)
        let second = try outputs(misaligned)
        let other = Dictionary(uniqueKeysWithValues: second.map { ($0.path, $0) })
        let rows = first.compactMap { output -> PublishedRow? in
            guard let partner = other[output.path], let mass = output.mass,
                let rank = output.rank, let otherMass = partner.mass, let otherRank = partner.rank
            else { return nil }
            return PublishedRow(
                cell: cell, image: output.path, massGap: mass - otherMass,
                rankGap: rank - otherRank, alignedMass: mass, alignedRank: rank,
                misalignedMass: otherMass, misalignedRank: otherRank)
        }
        let images = Set(first.map(\.path)).union(second.map(\.path))
        return (rows, images.count - rows.count)
    }

    private func path(_ cell: PublishedRow.Cell, _ scenario: String) -> String {
        "\(folder)/finetuned_\(cell.model)/\(cell.initialisation)/\(scenario)/"
            + "_\(cell.label)_\(cell.method)_output.csv"
    }

    private func outputs(_ path: String) throws -> [Output] {
        let file = try CSVFile(path)
        let name = try file.column("path")
        let mass = try file.column("mass_accuracy")
        let rank = try file.column("rank_accuracy")
        var seen: Set<String> = []
        var result: [Output] = []
        try file.forEachRow { cells, place in
            guard seen.insert(cells[name]).inserted else {
                throw DatasetError(place, "the image \(cells[name]) is there twice")
            }
            result.append(
                Output(
                    path: cells[name],
                    mass: try PublishedNumber.read(
                        cells[mass], column: "mass_accuracy", place: place),
                    rank: try PublishedNumber.read(
                        cells[rank], column: "rank_accuracy", place: place)))
        }
        return result
    }
}
