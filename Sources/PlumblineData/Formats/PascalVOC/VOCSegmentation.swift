/// The segmentation of an image as Pascal VOC has it: a PNG whose indices are classes or objects.
///
/// Index 0 is the background. Index 255 is void: the border between objects, and objects that are
/// too difficult. Void pixels belong to no region.
struct VOCSegmentation {
    static let void: UInt8 = 255

    let path: String
    let size: Example.Size
    /// Runs of pixels along the rows, by index.
    private var runs: [UInt8: [(start: Int32, length: Int32)]] = [:]

    /// - Throws: ``DatasetError`` for a file that is no PNG with a palette, or too large.
    init(_ path: String) throws {
        self.path = path
        let image = try PaletteImage(path)
        try RunLengthEncoding.checkSize(height: image.height, width: image.width, name: path)
        size = Example.Size(height: image.height, width: image.width)
        var start = 0
        while start < image.indices.count {
            let index = image.indices[start]
            var end = start + 1
            while end < image.indices.count, image.indices[end] == index { end += 1 }
            if index != 0, index != Self.void {
                runs[index, default: []].append((Int32(start), Int32(end - start)))
            }
            start = end
        }
    }

    /// The indices of regions that are there, in order.
    var indices: [Int] { runs.keys.map(Int.init).sorted() }

    /// The region of an index; `nil` where it has no pixel.
    func region(_ index: Int) -> Region? {
        guard let rows = UInt8(exactly: index).flatMap({ runs[$0] }) else { return nil }
        return Region(checkedRows: rows, height: size.height, width: size.width).given(as: .mask)
    }
}
