/// A whole file that a reader accepts, or refuses only for what it says: what inputs are made of.
struct Seed {
    let name: String
    let bytes: [UInt8]
    let marks: [Int]
    let blocks: [ChecksummedBlock]

    init(_ name: String, _ bytes: [UInt8], _ format: any Format) {
        self.name = name
        self.bytes = bytes
        marks = format.marks(bytes)
        blocks = format.blocks(bytes)
    }
}
