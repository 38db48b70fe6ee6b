extension Mutator {
    /// Numbers at the limits of sizes, counts and offsets.
    private static let borders: [UInt64] =
        [0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255, 256, 512, 1000, 4096, 32767]
        + [32768, 65535, 65536, 100_000, 1 << 28, 1 << 30, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]
        + [1 << 32, .max >> 1, 1 << 63, .max, .max - 15]

    /// Makes one change that does not depend on the format.
    mutating func changeBytes(_ bytes: inout [UInt8], at offset: Int) {
        switch random.below(11) {
        case 0, 1: bytes[offset] ^= 1 << UInt8(random.below(8))
        case 2: bytes[offset] = random.byte()
        case 3: bytes[offset] = bytes[offset] &+ random.pick([1, 2, 254, 255])
        case 4, 5: writeNumber(random.pick(Self.borders), &bytes, at: offset)
        case 6: splice(&bytes, at: offset)
        case 7: fill(&bytes, at: offset, with: random.pick([0x00, 0xFF]))
        case 8: repeatPiece(&bytes, at: offset, to: self.offset(in: bytes))
        case 9: remove(&bytes, at: offset)
        default: if random.chance(1, in: 3) { bytes.removeSubrange(offset...) }
        }
    }

    /// Writes a number of 1, 2, 4 or 8 bytes, with the lowest or the highest byte first.
    private mutating func writeNumber(_ value: UInt64, _ bytes: inout [UInt8], at offset: Int) {
        let width = random.pick([1, 2, 4, 8])
        let isLittle = random.chance(1, in: 2)
        for index in 0..<width where offset + index < bytes.count {
            let shift = UInt64(8 * (isLittle ? index : width - 1 - index))
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    /// Replaces bytes by as many bytes of another seed.
    private mutating func splice(_ bytes: inout [UInt8], at offset: Int) {
        let other = random.pick(seeds).bytes
        let from = random.below(other.count)
        let count = min(other.count - from, bytes.count - offset, 1 + random.below(512))
        guard count > 0 else { return }
        bytes.replaceSubrange(offset..<offset + count, with: other[from..<from + count])
    }

    private mutating func fill(_ bytes: inout [UInt8], at offset: Int, with value: UInt8) {
        let count = min(bytes.count - offset, 1 + random.below(32))
        for index in offset..<offset + count { bytes[index] = value }
    }

    private mutating func repeatPiece(_ bytes: inout [UInt8], at offset: Int, to target: Int) {
        let piece = bytes[offset..<min(bytes.count, offset + 1 + random.below(64))]
        let times = random.chance(1, in: 20) ? 200 : 1 + random.below(3)
        bytes.insert(
            contentsOf: Array(repeating: piece, count: times).joined(),
            at: min(target, bytes.count))
    }

    private mutating func remove(_ bytes: inout [UInt8], at offset: Int) {
        let longest = random.pick([8, 256])
        bytes.removeSubrange(offset..<min(bytes.count, offset + 1 + random.below(longest)))
    }
}
