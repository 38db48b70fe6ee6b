/// The columns of a manifest.
struct ManifestColumns {
    let image: Int
    let mask: Int?
    let box: Int?
    let part: Int?
    let group: Int?
    let split: Int?
    private let label: Int?
    /// The columns of classes; empty where there is a column `label`.
    let classes: [(name: String, column: Int)]

    /// - Throws: ``DatasetError`` for a missing column.
    init(_ header: CSVHeader, _ request: FormatRequest) throws {
        image = try header.column("image")
        mask = try header.optional("mask")
        box = try header.optional("box")
        part = try header.optional("part")
        let splitColumn = request.option(SplitColumn.option.name)
        split = try splitColumn.map(header.column) ?? header.optional("split")
        group =
            request.groupColumn.isEmpty
            ? try header.optional("group") : try header.column(request.groupColumn)
        label = try header.optional("label")
        classes =
            label != nil ? [] : try request.classes.map { ($0, try header.column($0)) }
        if split == nil, request.option("split") != nil { _ = try header.column("split") }
    }

    /// By class: what a row says; `nil` where its cell is empty.
    ///
    /// - Throws: ``DatasetError`` for a cell that is not a label.
    func labels(_ cells: [String], _ place: String) throws -> [String: Float?] {
        var labels: [String: Float?] = [:]
        if let label {
            for name in cells[label].split(whereSeparator: { ";|".contains($0) }) {
                let name = String(name).trimmedSpaces
                if !name.isEmpty { labels[name] = 1 }
            }
            return labels
        }
        for (name, column) in classes {
            let text = cells[column]
            if LabelCell.isMissing(text) {
                labels.updateValue(nil, forKey: name)
            } else if let value = LabelCell.label(text) {
                labels[name] = value
            } else {
                throw DatasetError(
                    place, "\(name): \(text) is not 1, 0, -1, true, false or blank")
            }
        }
        return labels
    }
}
