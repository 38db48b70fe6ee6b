/// A part of an HDF5 file that ends with its checksum.
struct ChecksummedBlock {
    private static let longest = 16384

    let start: Int
    /// Without the checksum.
    let count: Int
    private let signature: [UInt8]

    /// The block that begins at `start`. It ends where its checksum stands: no other knowledge of
    /// its layout is needed.
    ///
    /// - Returns: `nil` where no checksum is right, as for bytes that look like a block by chance.
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

    /// Writes the checksum anew, where the block is still in its place.
    func repair(_ bytes: inout [UInt8]) {
        guard start + count + 4 <= bytes.count, bytes[start...].starts(with: signature) else {
            return
        }
        bytes.setLittle(Int(Lookup3.of(bytes[start..<start + count])), start + count, 4)
    }
}
