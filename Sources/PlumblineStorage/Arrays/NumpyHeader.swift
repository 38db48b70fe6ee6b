import Foundation

/// The header of an array in numpy's format: `numpy.lib.format`, versions 1 to 3.
struct NumpyHeader {
    let shape: [Int]
    let numbers: NumberFormat
    /// The byte at which the numbers begin.
    let start: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let longest = 1 << 16

    /// - Parameters:
    ///   - bytes: the file, or a member of an archive.
    ///   - name: for messages.
    /// - Throws: ``StorageError`` for a header that is damaged, or for values that are not numbers.
    init(_ bytes: FileBytes, name: String) throws {
        guard bytes.starts(with: Self.magic), bytes.count >= 10 else {
            throw StorageError(name, "is not an array of numpy (.npy)")
        }
        let isShort = bytes[6] == 1
        guard (1...3).contains(bytes[6]) else {
            throw StorageError(name, "version \(bytes[6]) of .npy is not known; 1 to 3 are read")
        }
        let length =
            isShort
            ? Int(try bytes.number(8, as: UInt16.self, "the header"))
            : Int(try bytes.number(8, as: UInt32.self, "the header"))
        guard length <= Self.longest else {
            throw StorageError(name, "a header of \(length) bytes; at most \(Self.longest)")
        }
        start = (isShort ? 10 : 12) + length
        let text = String(
            decoding: try bytes.slice(start - length, length, "the header"), as: UTF8.self)
        let fields = try Self.fields(text, name)
        guard fields["fortran_order"] == "False" else {
            throw StorageError(
                name, "is in Fortran order; save numpy.ascontiguousarray(array) instead")
        }
        numbers = try Self.numbers(fields["descr"] ?? "", name)
        shape = try Self.shape(fields["shape"] ?? "", name)
        guard let count = checkedCount(shape), count <= (bytes.count - start) / numbers.size else {
            throw StorageError(name, "claims a shape of \(shape) and has \(bytes.count) bytes")
        }
    }

    /// The entries of the header, which is a Python dictionary of three entries.
    private static func fields(_ text: String, _ name: String) throws -> [String: String] {
        let pattern = #/'(descr|fortran_order|shape)'\s*:\s*('[^']*'|\([^)]*\)|True|False)/#
        var fields: [String: String] = [:]
        for match in text.matches(of: pattern) {
            fields[String(match.1)] = match.2.filter { $0 != "'" }
        }
        guard fields.count == 3 else {
            let hint = text.contains("[") ? " (records are not read)" : ""
            throw StorageError(
                name, "the header of .npy must have descr, fortran_order, shape\(hint)")
        }
        return fields
    }

    private static func numbers(_ text: String, _ name: String) throws -> NumberFormat {
        let formats: [String: NumberFormat] = [
            "<f4": .float32, "<f8": .float64, "<f2": .float16, "|b1": .bool, "|u1": .uint8,
            "|i1": .int8, "<i2": .int16, "<u2": .uint16, "<i4": .int32, "<u4": .uint32,
            "<i8": .int64, "<u8": .uint64,
        ]
        guard let format = formats[text] else {
            throw StorageError(
                name,
                "values of type \(text.printable) are not read; save array.astype('float32')")
        }
        return format
    }

    private static func shape(_ text: String, _ name: String) throws -> [Int] {
        let sizes = text.dropFirst().dropLast().split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        return try sizes.map { size in
            guard let count = Int(size), count >= 0 else {
                throw StorageError(name, "a shape of \(text.printable)")
            }
            return count
        }
    }
}
