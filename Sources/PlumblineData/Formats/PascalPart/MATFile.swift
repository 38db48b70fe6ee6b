import CZlib
import Foundation

/// Reads the variables of a MATLAB file of version 5 (`save -v6` and `-v7`).
///
/// Numbers, logicals, text, cells and structs are read, compressed or not. Sparse matrices, objects
/// and function handles are refused. Levels, elements and bytes are bounded.
///
/// Source: MathWorks, "MAT-File Format", version 5.
struct MATFile {
    private static let mostFileBytes = 1 << 28
    /// The largest size of one variable, unpacked.
    private static let mostBytes = 1 << 28
    static let deepest = 16

    /// The variables by their names.
    let variables: [String: MATValue]

    /// - Throws: ``DatasetError`` that says where the file is damaged or what is not read.
    init(_ path: String) throws {
        try self.init([UInt8](try WholeFile.read(path, most: Self.mostFileBytes)), path: path)
    }

    init(_ bytes: [UInt8], path: String) throws {
        guard bytes.count >= 128 else {
            throw DatasetError(path, "no MATLAB file: shorter than its header of 128 bytes")
        }
        let mark = String(decoding: bytes[126..<128], as: UTF8.self)
        guard mark == "IM" || mark == "MI" else {
            let isHDF5 = bytes.starts(with: Array("MATLAB 7.3".utf8))
            throw DatasetError(
                path,
                isHDF5
                    ? "is a MATLAB file of version 7.3; save it with -v7"
                    : "no MATLAB file of version 5")
        }
        var reader = MATReader(bytes[128...], isLittle: mark == "IM", path: path)
        var variables: [String: MATValue] = [:]
        while !reader.isAtEnd {
            guard let (name, value) = try Self.variable(&reader, path) else {
                throw DatasetError(path, "a damaged MATLAB file: an element that is no variable")
            }
            guard variables.updateValue(value, forKey: name) == nil else {
                throw DatasetError(path, "the variable \(name) is there twice")
            }
        }
        self.variables = variables
    }

    private static func variable(
        _ reader: inout MATReader, _ path: String
    ) throws -> (String, MATValue)? {
        let element = try reader.element()
        guard element.type == .compressed else {
            return try reader.matrix(element, depth: 1)
        }
        let bytes = try unpacked(element.bytes, reader.isLittle, path)
        var inner = MATReader(bytes[...], isLittle: reader.isLittle, path: path)
        let matrix = try inner.element()
        return try inner.matrix(matrix, depth: 1)
    }

    /// The bytes of a compressed element.
    ///
    /// Its size is read before memory is taken.
    private static func unpacked(
        _ bytes: ArraySlice<UInt8>, _ isLittle: Bool, _ path: String
    ) throws -> [UInt8] {
        let damaged = DatasetError(path, "a compressed variable is damaged")
        var tag = [UInt8](repeating: 0, count: 8)
        let tagCount = bytes.withUnsafeBufferPointer {
            plumbline_inflate($0.baseAddress, $0.count, &tag, 8)
        }
        guard tagCount == 8 else { throw damaged }
        var reader = MATReader(tag[...], isLittle: isLittle, path: path)
        _ = try reader.word()
        let size = Int(try reader.word())
        // Deflate packs 1032 to 1 at most.
        guard size <= mostBytes, size <= bytes.count * 1032 + 64 else {
            throw DatasetError(path, "a variable of \(size) bytes; at most \(mostBytes) are read")
        }
        var result = [UInt8](repeating: 0, count: size + 8)
        let count = bytes.withUnsafeBufferPointer {
            plumbline_inflate($0.baseAddress, $0.count, &result, size + 8)
        }
        guard count == size + 8 else { throw damaged }
        return result
    }
}
