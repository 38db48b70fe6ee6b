/// A whole file that inputs are made of.
///
/// A reader accepts it, or refuses it only because of its content.
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
