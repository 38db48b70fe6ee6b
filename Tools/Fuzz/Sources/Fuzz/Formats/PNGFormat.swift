/// PNG: eight bytes, and then chunks of a length, a name, data and a CRC.
struct PNGFormat: Format {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    func marks(_ bytes: [UInt8]) -> [Int] { Self.chunks(bytes).map(\.start) }

    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        var bytes = seed.bytes
        mutator.mutate(&bytes, marks: seed.marks)
        if mutator.random.chance(4, in: 5) { Self.repair(&bytes) }
        return bytes
    }

    /// Writes the CRC of every chunk again, as far as the lengths are possible.
    static func repair(_ bytes: inout [UInt8]) {
        for (start, count) in chunks(bytes) {
            let end = start + 8 + count
            bytes.replaceSubrange(end..<end + 4, with: big(Int(CRC32.of(bytes[start + 4..<end]))))
        }
    }

    /// The four bytes of a number, with the highest byte first.
    static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + data
        return big(data.count) + named + big(Int(CRC32.of(named[...])))
    }

    private static func chunks(_ bytes: [UInt8]) -> [(start: Int, count: Int)] {
        var found: [(Int, Int)] = []
        var start = signature.count
        while start + 12 <= bytes.count {
            let count = (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + $1]) }
            guard count <= bytes.count - start - 12 else { break }
            found.append((start, count))
            start += 12 + count
        }
        return found
    }
}
