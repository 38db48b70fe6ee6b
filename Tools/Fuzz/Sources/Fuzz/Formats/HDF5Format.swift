/// HDF5, with the checksums of its metadata and the digest of Plumbline's own files.
///
/// Without repair, every changed file would be refused because of a checksum or the digest, and the
/// code after these checks would not be tested. Each of the two is repaired in half of the inputs.
struct HDF5Format: Format {
    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let objectHeader = Array("OHDR".utf8)
    /// The signatures of the parts that have checksums in the newer format.
    ///
    /// These are the superblock, object headers, B-trees, heaps and chunk indices.
    private static let checksummed: [[UInt8]] =
        [signature, objectHeader]
        + ["OCHK", "BTHD", "BTIN", "BTLF", "FRHP", "FHDB", "FHIB", "SMTB", "SMLI"].map {
            Array($0.utf8)
        }
        + ["EAHD", "EAIB", "EASB", "EADB", "FAHD", "FADB"].map { Array($0.utf8) }
    private static let plain = ["TREE", "SNOD", "HEAP", "GCOL"].map { Array($0.utf8) }

    func marks(_ bytes: [UInt8]) -> [Int] { bytes.offsets(of: Self.checksummed + Self.plain) }

    func blocks(_ bytes: [UInt8]) -> [ChecksummedBlock] {
        bytes.offsets(of: Self.checksummed).compactMap { start in
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

    /// The file with the times of its objects set to 0.
    ///
    /// Then files that are written at different times are equal. If bit 5 of an object's flags is
    /// set, the times are the 16 bytes after the flags.
    static func withoutTimes(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for start in bytes.offsets(of: [objectHeader]) {
            guard let block = ChecksummedBlock(bytes, start: start), block.count >= 22,
                bytes[start + 5] & 0x20 != 0
            else { continue }
            for offset in start + 6..<start + 22 { bytes[offset] = 0 }
            block.repair(&bytes)
        }
        HDF5Digest.repair(&bytes)
        return bytes
    }
}
