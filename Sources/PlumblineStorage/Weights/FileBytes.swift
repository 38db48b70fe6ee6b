import Foundation
import PlumblineTensors

/// The bytes of a file, which are mapped into memory.
///
/// Only what is used is read from the disk.
struct FileBytes {
    let path: String
    private let data: Data
    /// Where the file is mapped; `nil` for bytes that are no file.
    private let mapping: UnsafeRawBufferPointer?

    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StorageError(path, "no such file")
        }
        guard !isFolder.boolValue else { throw StorageError(path, "is a folder") }
        self.path = path
        mapping = try Self.map(path)
        if let mapping, let base = mapping.baseAddress {
            data = Data(
                bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: mapping.count,
                deallocator: .custom { munmap($0, $1) })
        } else {
            data = Data()
        }
    }

    /// - Returns: `nil` for a file without a byte.
    private static func map(_ path: String) throws -> UnsafeRawBufferPointer? {
        func failure() -> StorageError {
            StorageError(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure() }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0 else { throw failure() }
        let count = Int(about.st_size)
        guard count > 0 else { return nil }
        let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, file, 0)
        guard let start, start != MAP_FAILED else { throw failure() }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Bytes that Linux maps around a page that is read (`fault_around_bytes`).
    private static let mappedAround = 1 << 16

    /// Gives the memory of a range back; the system reads it again if it is asked for.
    ///
    /// So a file that is read part by part takes the memory of a part. To read a page also maps
    /// those around it, so some pages before the range are given back too.
    func release(_ range: Range<Int>) {
        guard let mapping, let base = mapping.baseAddress else { return }
        let page = sysconf(Int32(_SC_PAGESIZE))
        let first = max(0, range.lowerBound - Self.mappedAround) / page * page
        let end = min(range.upperBound, mapping.count)
        guard first < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
    }

    /// Bytes in memory, such as an unpacked member of an archive.
    ///
    /// - Parameter name: for messages.
    init(_ data: Data, name: String) {
        self.data = data
        mapping = nil
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
