import Foundation

/// A comma-separated file with a header (``CSVRecords``).
package struct CSVFile {
    package let path: String
    package let header: CSVHeader
    package let rows: [[String]]

    /// - Throws: ``DatasetError`` for a missing or empty file, a quote that is not closed, or a row
    ///   of another length than the header.
    package init(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        var records = try CSVRecords(data, path: path)
        header = try CSVHeader(&records, path: path)
        var rows: [[String]] = []
        while let row = try header.next(&records) { rows.append(row) }
        self.path = path
        self.rows = rows
    }

    /// The index of a column.
    ///
    /// - Throws: ``DatasetError`` as ``CSVHeader/column(_:)`` does.
    package func column(_ name: String) throws -> Int { try header.column(name) }

    /// Calls `body` for each row, with its name for messages, such as "row 3 of labels.csv".
    package func forEachRow(_ body: (_ cells: [String], _ place: String) throws -> Void) rethrows {
        for (index, cells) in rows.enumerated() {
            try body(cells, "row \(index + 2) of \(path)")
        }
    }
}
