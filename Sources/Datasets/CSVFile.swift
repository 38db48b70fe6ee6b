import Foundation

/// A comma-separated file with a header (RFC 4180: quoted fields may hold commas, quotes and line
/// ends).
struct CSVFile {
    let path: String
    let header: [String]
    let rows: [[String]]

    /// - Throws: ``DatasetError`` for a missing or empty file, or a row of another length than the
    ///   header.
    init(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        var records = Self.records(Array(data))
        guard !records.isEmpty else { throw DatasetError(path, "empty; a header row is wanted") }
        self.path = path
        header = records.removeFirst()
        for (index, row) in records.enumerated() where row.count != header.count {
            throw DatasetError(
                path, "row \(index + 2) has \(row.count) fields, the header has \(header.count)")
        }
        rows = records
    }

    /// - Throws: ``DatasetError`` that names the column and lists those there are.
    func column(_ name: String) throws -> Int {
        guard let index = header.firstIndex(of: name) else {
            throw DatasetError(
                path, "no column \(name); there are \(header.prefix(20).joined(separator: ", "))")
        }
        return index
    }

    private static func records(_ bytes: [UInt8]) -> [[String]] {
        var records: [[String]] = [], row: [String] = [], field: [UInt8] = [], isQuoted = false
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        func endField() { row.append(String(decoding: field, as: UTF8.self)); field = [] }
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
                    field.append(byte); index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22 {
                isQuoted = true
            } else if byte == 0x2C {
                endField()
            } else if byte == 0x0A {
                endRow()
            } else if byte != 0x0D {
                field.append(byte)
            }
            index += 1
        }
        if !field.isEmpty || !row.isEmpty { endRow() }
        return records
    }
}
