/// The checksum of HDF5's metadata: Bob Jenkins' `hashlittle` of 2006 with the start 0.
enum Lookup3 {
    static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { of($0) }
    }

    private static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        var a = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
        var b = a
        var c = a
        guard !bytes.isEmpty else { return c }
        var offset = 0
        while bytes.count - offset > 12 {
            a &+= word(bytes, offset)
            b &+= word(bytes, offset + 4)
            c &+= word(bytes, offset + 8)
            mix(&a, c, 4)
            c &+= b
            mix(&b, a, 6)
            a &+= c
            mix(&c, b, 8)
            b &+= a
            mix(&a, c, 16)
            c &+= b
            mix(&b, a, 19)
            a &+= c
            mix(&c, b, 4)
            b &+= a
            offset += 12
        }
        a &+= word(bytes, offset)
        b &+= word(bytes, offset + 4)
        c &+= word(bytes, offset + 8)
        finish(&c, b, 14)
        finish(&a, c, 11)
        finish(&b, a, 25)
        finish(&c, b, 16)
        finish(&a, c, 4)
        finish(&b, a, 14)
        finish(&c, b, 24)
        return c
    }

    /// Four bytes, with the lowest byte first.
    ///
    /// Bytes after the end are 0.
    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<4 where offset + index < bytes.count {
            value |= UInt32(bytes[offset + index]) << UInt32(8 * index)
        }
        return value
    }

    private static func turned(_ value: UInt32, _ bits: UInt32) -> UInt32 {
        value << bits | value >> (32 - bits)
    }

    private static func mix(_ target: inout UInt32, _ other: UInt32, _ bits: UInt32) {
        target = (target &- other) ^ turned(other, bits)
    }

    private static func finish(_ target: inout UInt32, _ other: UInt32, _ bits: UInt32) {
        target = (target ^ other) &- turned(other, bits)
    }
}
