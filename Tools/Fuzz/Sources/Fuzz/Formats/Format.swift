/// What a mutator must know of a file format, so that a changed file passes its first checks.
protocol Format: Sendable {
    var isText: Bool { get }
    /// Where the parts of a file begin.
    func marks(_ bytes: [UInt8]) -> [Int]
    /// The parts of a file that have checksums, where finding them takes time.
    func blocks(_ bytes: [UInt8]) -> [ChecksummedBlock]
    /// A seed with changes, with its lengths and checksums made right again in part of the cases.
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
    /// Every place where one of the patterns begins.
    func places(of patterns: [[UInt8]]) -> [Int] {
        let firsts = Set(patterns.compactMap(\.first))
        return indices.filter { place in
            firsts.contains(self[place])
                && patterns.contains { self[place...].starts(with: $0) }
        }
    }

    /// A number of `count` bytes, the lowest first.
    func little(_ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
    }

    mutating func setLittle(_ value: Int, _ place: Int, _ count: Int) {
        for index in 0..<count {
            self[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
        }
    }

    mutating func appendLittle(_ value: Int, _ count: Int) {
        for index in 0..<count { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }
}
