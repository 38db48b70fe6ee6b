/// What the mutator must know about a file format, so that a changed file passes its first checks.
protocol Format: Sendable {
    var isText: Bool { get }
    /// The offsets at which the parts of a file begin.
    func marks(_ bytes: [UInt8]) -> [Int]
    /// The parts of a file that have checksums, if finding them takes time.
    func blocks(_ bytes: [UInt8]) -> [ChecksummedBlock]
    /// A changed seed. In some of the inputs, its lengths and checksums are repaired.
    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8]
}

extension Format {
    var isText: Bool { false }
    func marks(_ bytes: [UInt8]) -> [Int] { [] }
    func blocks(_ bytes: [UInt8]) -> [ChecksummedBlock] { [] }
    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        var bytes = seed.bytes
        mutator.mutate(&bytes, marks: seed.marks)
        return bytes
    }
}

/// A text without lengths or checksums.
struct TextFormat: Format {
    let isText = true
}

/// JPEG: its parts begin with a marker, and none has a checksum.
struct JPEGFormat: Format {
    func marks(_ bytes: [UInt8]) -> [Int] {
        bytes.indices.dropLast().filter {
            bytes[$0] == 0xFF && bytes[$0 + 1] != 0xFF && bytes[$0 + 1] >= 0xC0
        }
    }
}

extension [UInt8] {
    /// Every offset at which one of the patterns begins.
    func offsets(of patterns: [[UInt8]]) -> [Int] {
        let firsts = Set(patterns.compactMap(\.first))
        return indices.filter { offset in
            firsts.contains(self[offset])
                && patterns.contains { self[offset...].starts(with: $0) }
        }
    }

    /// A number of `count` bytes, with the lowest byte first.
    func little(_ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[offset + $1]) << (8 * $1) }
    }

    mutating func setLittle(_ value: Int, _ offset: Int, _ count: Int) {
        for index in 0..<count {
            self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    mutating func appendLittle(_ value: Int, _ count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
