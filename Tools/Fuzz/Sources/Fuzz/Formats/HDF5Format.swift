/// HDF5, with the checksums of its metadata and the digest in front of Plumbline's own files.
///
/// Without repair every change of the newer format ends at a checksum, and every change of our own
/// files ends at their digest: what lies behind would not be tried. Each of the two is made right
/// in half of the cases.
struct HDF5Format: Format {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let objectHeader = Array("OHDR".utf8)
    /// With what the parts of the newer format begin that have checksums: the superblock, headers
    /// of objects, B-trees, heaps, indices of chunks.
    private static let checksummed: [[UInt8]] =
        [signature, objectHeader]
        + ["OCHK", "BTHD", "BTIN", "BTLF", "FRHP", "FHDB", "FHIB", "SMTB", "SMLI"].map {
            Array($0.utf8)
        }
        + ["EAHD", "EAIB", "EASB", "EADB", "FAHD", "FADB"].map { Array($0.utf8) }
    private static let plain = ["TREE", "SNOD", "HEAP", "GCOL"].map { Array($0.utf8) }

    func marks(_ bytes: [UInt8]) -> [Int] { bytes.places(of: Self.checksummed + Self.plain) }

    func blocks(_ bytes: [UInt8]) -> [ChecksummedBlock] {
        bytes.places(of: Self.checksummed).compactMap { start in
            ChecksummedBlock(bytes, start: start)
        }
    }

    func mutated(_ seed: Seed, _ mutator: inout Mutator) -> [UInt8] {
        var bytes = seed.bytes
        mutator.mutate(&bytes, marks: seed.marks)
        if mutator.random.chance(1, in: 2) {
            for block in seed.blocks { block.repair(&bytes) }
        }
        if mutator.random.chance(1, in: 2) { HDF5Digest.repair(&bytes) }
        return bytes
    }

    /// A file with its objects' times set to 0: files that are written at different times are equal
    /// then. The times are 16 bytes behind the flags, where bit 5 of these says so.
    static func withoutTimes(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for start in bytes.places(of: [objectHeader]) {
            guard let block = ChecksummedBlock(bytes, start: start), block.count >= 22,
                bytes[start + 5] & 0x20 != 0
            else { continue }
            for place in start + 6..<start + 22 { bytes[place] = 0 }
            block.repair(&bytes)
        }
        HDF5Digest.repair(&bytes)
        return bytes
    }
}
