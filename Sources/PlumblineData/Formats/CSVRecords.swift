import Foundation

/// Reads the records of a comma-separated file one after another.
///
/// Quoted fields may contain commas, quotes and line ends, as in RFC 4180. Empty lines are ignored.
struct CSVRecords {
    private let path: String
    private let bytes: Data
    private var position: Int
    /// The number of the last record; the header is 1.
    private(set) var row = 0

    /// - Throws: ``DatasetError`` for text in UTF-16, and for a compressed file.
    init(_ bytes: Data, path: String) throws {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw DatasetError(path, "is text in UTF-16; UTF-8 is wanted")
        }
        if bytes.starts(with: [0x1F, 0x8B]) {
            throw DatasetError(path, "is compressed by gzip; an unpacked file is wanted")
        }
        self.path = path
        self.bytes = bytes
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        position = bytes.startIndex + (hasMark ? 3 : 0)
    }

    /// The fields of the next record; `nil` at the end.
    ///
    /// - Throws: ``DatasetError`` for a quote that is not closed.
    mutating func next() throws -> [String]? {
        while position < bytes.endIndex {
            let fields = try bytes.withUnsafeBytes { try record($0) }
            if fields != [""] {
                row += 1
                return fields
            }
        }
        return nil
    }

    private mutating func record(_ bytes: UnsafeRawBufferPointer) throws -> [String] {
        var index = position - self.bytes.startIndex
        defer { position = index + self.bytes.startIndex }
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        func endField() {
            fields.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != 0x22 {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == 0x22 {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == 0x22, field.isEmpty {
                isQuoted = true
            } else if byte == 0x2C {
                endField()
            } else if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D, index < bytes.count, bytes[index] == 0x0A { index += 1 }
                break
            } else {
                field.append(byte)
            }
        }
        guard !isQuoted else {
            throw DatasetError(path, "row \(row + 1): a quote is opened and not closed")
        }
        endField()
        return fields
    }
}
