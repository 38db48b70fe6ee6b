import Foundation

/// A comma-separated file with a header.
///
/// Quoted fields may contain commas, quotes and line ends, as in RFC 4180.
struct CSVFile {
    let path: String
    /// The names of the columns, without spaces around them.
    let header: [String]
    let rows: [[String]]

    /// - Throws: ``DatasetError`` for a missing or empty file, a quote that is not closed, or a row
    ///   of another length than the header.
    init(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(path, "is text in UTF-16; UTF-8 is wanted")
        }
        var records = try Self.records(Array(data), path)
        guard !records.isEmpty else { throw DatasetError(path, "empty; a header row is wanted") }
        self.path = path
        header = records.removeFirst().map { $0.trimmingCharacters(in: .whitespaces) }
        for (index, row) in records.enumerated() where row.count != header.count {
            throw DatasetError(
                path, "row \(index + 2) has \(row.count) fields, the header has \(header.count)")
        }
        rows = records
    }

    /// The index of a column.
    ///
    /// - Throws: ``DatasetError`` for a name that is missing, with the names there are, and for one
    ///   that two columns have.
    func column(_ name: String) throws -> Int {
        guard let index = header.firstIndex(of: name) else {
            let isOther = header.count == 1 && header[0].contains { ";\t".contains($0) }
            throw DatasetError(
                path,
                "no column \(name); there are \(header.prefix(20).joined(separator: ", "))"
                    + (isOther ? "; fields must be separated by commas" : ""))
        }
        guard header.lastIndex(of: name) == index else {
            throw DatasetError(path, "the column \(name) is there twice")
        }
        return index
    }

    private static func records(_ bytes: [UInt8], _ path: String) throws -> [[String]] {
        var records: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var quoteRow = 0
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        func endField() {
            row.append(String(decoding: field, as: UTF8.self))
            field = []
        }
        func endRow() {
            endField()
            if row != [""] { records.append(row) }
            row = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            if isQuoted {
                if byte != 0x22 {
                    field.append(byte)
                } else if index + 1 < bytes.count, bytes[index + 1] == 0x22 {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, field.isEmpty {
                isQuoted = true
                quoteRow = records.count + 1
            } else if byte == 0x2C {
                endField()
            } else if byte == 0x0A || byte == 0x0D {
                endRow()
                if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
            } else {
                field.append(byte)
            }
            index += 1
        }
        guard !isQuoted else {
            throw DatasetError(path, "row \(quoteRow): a quote is opened and not closed")
        }
        if !field.isEmpty || !row.isEmpty { endRow() }
        return records
    }
}
