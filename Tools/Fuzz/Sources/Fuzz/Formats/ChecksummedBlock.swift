/// A part of an HDF5 file that ends with its checksum.
struct ChecksummedBlock {
    private static let longest = 16384

    let start: Int
    /// The number of bytes before the checksum.
    let count: Int
    private let signature: [UInt8]

    /// The block that begins at `start`.
    ///
    /// Its end is found by trying where the checksum is right. So its layout need not be known.
    ///
    /// - Returns: `nil` if no checksum is right, as for bytes that look like a block by chance.
    init?(_ bytes: [UInt8], start: Int) {
        let most = min(Self.longest, bytes.count - start - 4)
        let first = 8
        guard most >= first,
            let count = (first...most).first(where: {
                bytes.little(start + $0, 4) == Int(Lookup3.of(bytes[start..<start + $0]))
            })
        else { return nil }
        self.start = start
        self.count = count
        signature = Array(bytes[start..<start + 4])
    }

    /// Writes the checksum again, if the block is still at its offset.
    func repair(_ bytes: inout [UInt8]) {
        guard start + count + 4 <= bytes.count, bytes[start...].starts(with: signature) else {
            return
        }
        bytes.setLittle(Int(Lookup3.of(bytes[start..<start + count])), start + count, 4)
    }
}
