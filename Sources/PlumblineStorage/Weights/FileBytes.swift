import Foundation
import PlumblineTensors

/// The bytes of a file, which are mapped into memory.
///
/// Only what is used is read from the disk.
struct FileBytes {
    let path: String
    private let data: Data

    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StorageError(path, "no such file")
        }
        guard !isFolder.boolValue else { throw StorageError(path, "is a folder") }
        do { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) } catch
        {
            throw StorageError(path, "cannot be read: \(error.localizedDescription)")
        }
        self.path = path
    }

    /// Bytes in memory, such as an unpacked member of an archive.
    ///
    /// - Parameter name: for messages.
    init(_ data: Data, name: String) {
        self.data = data
        path = name
    }

    var count: Int { data.count }
    subscript(index: Int) -> UInt8 { data[data.startIndex + index] }
    func starts(with prefix: [UInt8]) -> Bool { data.starts(with: prefix) }

    /// - Throws: ``StorageError`` if the range is not within the file.
    func slice(_ offset: Int, _ count: Int, _ what: String) throws -> Data {
        guard offset >= 0, count >= 0, offset <= data.count, count <= data.count - offset else {
            throw StorageError(path, "\(what) reaches beyond the end of the file (truncated?)")
        }
        return data.subdata(in: data.startIndex + offset..<data.startIndex + offset + count)
    }

    func withPointer(at offset: Int, count: Int, _ body: (UnsafeRawPointer) -> Void) {
        require(
            offset >= 0 && count >= 0 && offset + count <= data.count,
            "FileBytes: \(count) bytes at \(offset) of \(data.count)")
        data.withUnsafeBytes { if let base = $0.baseAddress { body(base + offset) } }
    }

    /// Gives `body` the bytes of a range without a copy.
    ///
    /// - Throws: ``StorageError`` if the range is not within the file.
    func withBytes<Result>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        guard range.lowerBound >= 0, range.upperBound <= data.count else {
            throw StorageError(path, "ends at byte \(data.count) (truncated?)")
        }
        return try data.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
    }

    func number<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type, _ what: String) throws
        -> Value
    {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= data.count - size else {
            throw StorageError(path, "\(what) reaches beyond the end of the file (truncated?)")
        }
        return data.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
    }
}
