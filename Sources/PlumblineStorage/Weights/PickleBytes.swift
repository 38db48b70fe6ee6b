/// The bytes of a pickle, read from the mapped file in their order.
///
/// What is passed over is never touched, so it takes no memory.
struct PickleBytes {
    /// A name or a number in text is shorter.
    ///
    /// A longer line is no part of a checkpoint.
    private static let longestLine = 65_536

    private let bytes: UnsafeRawBufferPointer
    private let path: String
    private(set) var place: Int

    init(_ bytes: UnsafeRawBufferPointer, from start: Int, path: String) {
        self.bytes = bytes
        self.path = path
        place = start
    }

    func fail(_ reason: String) -> StorageError { StorageError(path, "its pickle \(reason)") }

    /// - Returns: the bytes themselves; they live as long as the file is mapped.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - place else {
            throw fail("ends in the middle (truncated?)")
        }
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    mutating func byte() throws -> UInt8 {
        guard place < bytes.count else { throw fail("ends in the middle (truncated?)") }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Int {
        let value = try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self)
        return Int(clamping: Value(littleEndian: value))
    }

    /// A text up to the end of the line, which is passed over.
    mutating func line() throws -> String {
        let limit = min(bytes.count, place + Self.longestLine)
        guard let end = bytes[place..<limit].firstIndex(of: 0x0A) else {
            throw fail(
                limit == bytes.count
                    ? "ends in the middle (truncated?)"
                    : "has a line of more than \(Self.longestLine) bytes")
        }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
