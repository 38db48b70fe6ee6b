import PlumblineStorage

/// Columns of text under a header, aligned; numbers to the right.
public struct TextTable {
    private var rows: [[String]]

    public init(_ header: [String]) { rows = [header] }

    public mutating func add(_ row: [String]) {
        precondition(
            row.count == rows[0].count,
            "TextTable: \(row.count) fields under \(rows[0].count) headings")
        // A name of a file must not break the table.
        rows.append(row.map { $0.printable.replacing("|", with: "\\|") })
    }

    /// Markdown, which reads as well on a terminal.
    public var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
        func line(_ row: [String]) -> String {
            let cells = row.indices.map { column -> String in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }
            return "| " + cells.joined(separator: " | ") + " |"
        }
        let rule =
            "|"
            + widths.enumerated().map {
                String(repeating: "-", count: $1 + 1) + ($0 == 0 ? "-" : ":")
            }.joined(separator: "|") + "|"
        return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
    }
}
