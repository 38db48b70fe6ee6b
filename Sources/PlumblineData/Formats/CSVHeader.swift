import Foundation

/// The first record of a comma-separated file: the names of its columns.
package struct CSVHeader {
    let path: String
    /// The names of the columns, without spaces around them.
    package let names: [String]

    /// Reads the header.
    ///
    /// - Throws: ``DatasetError`` for an empty file.
    init(_ records: inout CSVRecords, path: String) throws {
        guard let names = try records.next() else {
            throw DatasetError(path, "empty; a header row is wanted")
        }
        self.init(names, path: path)
    }

    init(_ names: [String], path: String) {
        self.path = path
        self.names = names.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The next row; `nil` at the end.
    ///
    /// - Throws: ``DatasetError`` for a row of another length than the header.
    func next(_ records: inout CSVRecords) throws -> [String]? {
        guard let row = try records.next() else { return nil }
        guard row.count == names.count else {
            throw DatasetError(
                path, "row \(records.row) has \(row.count) fields, the header has \(names.count)")
        }
        return row
    }

    package func contains(_ name: String) -> Bool { names.contains(name) }

    /// The index of a column; `nil` where there is none.
    ///
    /// - Throws: ``DatasetError`` for a name that two columns have.
    package func optional(_ name: String) throws -> Int? {
        contains(name) ? try column(name) : nil
    }

    /// The index of the first of several names that is a column.
    ///
    /// - Throws: ``DatasetError`` where none is.
    func column(oneOf candidates: [String]) throws -> Int {
        for name in candidates { if let index = try optional(name) { return index } }
        return try column(candidates[0])
    }

    /// The index of a column.
    ///
    /// - Throws: ``DatasetError`` for a name that is missing, with the names there are, and for one
    ///   that two columns have.
    package func column(_ name: String) throws -> Int {
        guard let index = names.firstIndex(of: name) else {
            let isOther = names.count == 1 && names[0].contains { ";\t".contains($0) }
            throw DatasetError(
                path,
                "no column \(name); there are \(names.prefix(20).joined(separator: ", "))"
                    + (isOther ? "; fields must be separated by commas" : ""))
        }
        guard names.lastIndex(of: name) == index else {
            throw DatasetError(path, "the column \(name) is there twice")
        }
        return index
    }
}
