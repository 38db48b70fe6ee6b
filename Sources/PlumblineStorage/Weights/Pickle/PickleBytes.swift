/// The bytes of a pickle, read in their order from the mapped file.
///
/// Bytes that are passed over are not read from the disk, so they take no memory.
struct PickleBytes {
    /// Bytes of a line.
    ///
    /// No name and no number in a checkpoint is longer.
    private static let longestLine = 65_536

    private let bytes: UnsafeRawBufferPointer
    private(set) var place: Int

    init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        self.bytes = bytes
        place = start
    }

    /// - Returns: the bytes themselves; they live as long as the file is mapped.
    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - place else {
            throw PickleFault("ends in the middle (truncated?)")
        }
        defer { place += count }
        return UnsafeRawBufferPointer(rebasing: bytes[place..<place + count])
    }

    mutating func byte() throws -> UInt8 {
        guard place < bytes.count else { throw PickleFault("ends in the middle (truncated?)") }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Int {
        let value = try take(MemoryLayout<Value>.size).loadUnaligned(as: Value.self)
        return Int(clamping: Value(littleEndian: value))
    }

    /// A text up to the next line feed, which is passed over.
    mutating func line() throws -> String {
        let limit = min(bytes.count, place + Self.longestLine)
        guard let end = bytes[place..<limit].firstIndex(of: 0x0A) else {
            throw PickleFault(
                limit == bytes.count
                    ? "ends in the middle (truncated?)"
                    : "has a line of more than \(Self.longestLine) bytes")
        }
        defer { place = end + 1 }
        return String(decoding: bytes[place..<end], as: UTF8.self)
    }
}
