extension ReportTable {
    /// This table beside another one with the same header: for each number the columns
    /// `NAME_published` (this), `NAME_ours` (the other) and `NAME_difference` (ours - published).
    ///
    /// Rows are matched by their texts. A row that only one of them has, or that has no number in
    /// one of them, has no difference. Counts and p values have none either.
    func beside(_ ours: ReportTable) -> ReportTable {
        let keys = header.indices.filter { column in
            rows.contains { Self.isText($0[column]) }
                || ours.rows.contains {
                    Self.isText($0[column])
                }
        }
        let others = header.indices.filter { !keys.contains($0) }
        let differing = others.filter { column in
            !["standard_error", "statistic"].contains(header[column])
                && (rows + ours.rows).contains { Self.number($0[column]) != nil }
        }
        var table = ReportTable(
            "beside_\(name)", title: "\(title): published, ours and the difference",
            header: keys.map { header[$0] }
                + others.flatMap { column in
                    ["published", "ours"].map { "\(header[column])_\($0)" }
                        + (differing.contains(column) ? ["\(header[column])_difference"] : [])
                })
        func key(_ row: [Cell]) -> [String] { keys.map { Self.text(row[$0]) } }
        let theirs = Dictionary(rows.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let own = Dictionary(
            ours.rows.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let order = rows.map(key) + ours.rows.map(key).filter { theirs[$0] == nil }
        for place in order {
            let (one, two) = (theirs[place], own[place])
            let cells = others.flatMap { column -> [Cell] in
                let (a, b) = (one?[column] ?? .missing, two?[column] ?? .missing)
                return [a, b] + (differing.contains(column) ? [Self.difference(a, b)] : [])
            }
            // Nothing is known on either side.
            guard cells.contains(where: { $0 != .missing && $0 != .count(0) }) else { continue }
            table.add(place.map { .text($0) } + cells)
        }
        return table
    }

    private static func isText(_ cell: Cell) -> Bool {
        if case .text = cell { true } else { false }
    }

    private static func text(_ cell: Cell) -> String {
        if case .text(let text) = cell { text } else { "" }
    }

    private static func number(_ cell: Cell) -> (value: Double, digits: Int)? {
        if case .number(let value, let digits) = cell { (value, digits) } else { nil }
    }

    private static func difference(_ published: Cell, _ ours: Cell) -> Cell {
        guard let one = number(published), let two = number(ours) else { return .missing }
        return .number(two.value - one.value, digits: one.digits)
    }
}
