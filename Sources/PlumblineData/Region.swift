/// A set of pixels of an image.
///
/// A region keeps the form in which its file gives it. Its pixels are computed when they are asked
/// for, because the masks of a whole data set do not fit into memory.
public struct Region: Sendable {
    /// A rectangle in pixels.
    ///
    /// It covers the pixels whose centres are inside.
    public struct Box: Sendable, Equatable {
        public var x: Double
        public var y: Double
        public var width: Double
        public var height: Double

        public init(x: Double, y: Double, width: Double, height: Double) {
            self.x = x
            self.y = y
            self.width = width
            self.height = height
        }
    }

    enum Form: Sendable {
        case mask(Mask)
        case polygons([[(x: Double, y: Double)]])
        case box(Box)
        case runs([Int32])
        case rows([(start: Int32, length: Int32)])
        case cocoPolygons([[(x: Double, y: Double)]])
        case file(MaskFile)
        /// Regions of one size.
        case union([Region])
        case unreadable(DatasetError)
    }

    /// The height of the image, in pixels.
    public let height: Int
    /// The width of the image, in pixels.
    public let width: Int
    let form: Form
    /// Set where the file gives the region in another form than ``form``.
    private var fileKind: Kind?

    private init(_ height: Int, _ width: Int, _ form: Form) {
        self.height = height
        self.width = width
        self.form = form
    }

    /// How the file gives the region.
    public var kind: Kind { fileKind ?? form.kind }

    /// The same pixels, which the file gives in another way than this region keeps them.
    func given(as kind: Kind) -> Region {
        var region = self
        region.fileKind = kind
        return region
    }

    /// A region that is given as pixels.
    public init(_ mask: Mask) {
        self.init(mask.height, mask.width, .mask(mask))
    }

    /// A region of polygons, each a list of corners, filled as PIL fills them: edges included.
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` for a size that no image has, for a corner that is not finite,
    ///   and for polygons that take too long to fill.
    public init(
        polygons: [[(x: Double, y: Double)]], height: Int, width: Int, name: String
    ) throws {
        try RunLengthEncoding.checkSize(height: height, width: width, name: name)
        let isFinite = polygons.allSatisfy { $0.allSatisfy { $0.x.isFinite && $0.y.isFinite } }
        guard isFinite else { throw DatasetError(name, "corners must be finite numbers") }
        try PolygonFill.checkWork(polygons, height: height, width: width, name: name)
        self.init(height, width, .polygons(polygons))
    }

    /// A region that is a box.
    ///
    /// Its part outside the image is cut off.
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` for a size that no image has, and for sides that are negative or
    ///   not finite.
    public init(_ box: Box, height: Int, width: Int, name: String) throws {
        try RunLengthEncoding.checkSize(height: height, width: width, name: name)
        let isFinite = [box.x, box.y, box.width, box.height].allSatisfy(\.isFinite)
        guard isFinite, box.width >= 0, box.height >= 0 else {
            throw DatasetError(
                name, "a box must be x, y, width, height: finite, with sides of at least 0")
        }
        self.init(height, width, .box(box))
    }

    /// A region of COCO's uncompressed run lengths: down the columns, off first.
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` where the runs do not fill `height x width`.
    public init(runs: [Int], height: Int, width: Int, name: String) throws {
        let checked = try RunLengthEncoding.checked(
            runs, height: height, width: width, name: name)
        self.init(height, width, .runs(checked))
    }

    /// A region of COCO's compressed run lengths (``RunLengthEncoding``).
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` where the code is damaged or does not fill `height x width`.
    public init(code: String, height: Int, width: Int, name: String) throws {
        let runs = try RunLengthEncoding.runs(code, height: height, width: width, name: name)
        self.init(height, width, .runs(runs))
    }

    /// A region of polygons, filled as COCO's tools fill them (`rleFrPoly`).
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` for a size that no image has, for a corner that is not finite,
    ///   and for polygons that take too long to fill.
    public init(
        cocoPolygons polygons: [[(x: Double, y: Double)]], height: Int, width: Int, name: String
    ) throws {
        try RunLengthEncoding.checkSize(height: height, width: width, name: name)
        try COCOPolygonFill.check(polygons, name: name)
        self.init(height, width, .cocoPolygons(polygons))
    }

    /// A region that is an image file of its own, which is read when pixels are asked for.
    ///
    /// Pixels with a sample above `threshold`, of 255, belong to the region.
    ///
    /// - Parameter threshold: by default 0, and 127 for a JPEG, whose zeros are not exact.
    /// - Throws: ``DatasetError`` for a file that is missing or is no image.
    public init(maskFile path: String, threshold: Int? = nil) throws {
        let size = try ImageHeader.size(path)
        try RunLengthEncoding.checkSize(height: size.height, width: size.width, name: path)
        self.init(size.height, size.width, .file(MaskFile(path: path, threshold: threshold)))
    }

    /// What a file has where a region should be.
    ///
    /// It is an error only when the region is asked for.
    static func unreadable(_ problem: DatasetError) -> Region {
        Region(0, 0, .unreadable(problem))
    }

    /// A region of run lengths that were checked.
    ///
    /// - Parameter runs: they fill `height x width`.
    init(checked runs: [Int32], height: Int, width: Int) {
        self.init(height, width, .runs(runs))
    }

    /// A region of runs along the rows that were checked.
    ///
    /// - Parameter rows: runs within `height x width`, and together no longer.
    init(checkedRows rows: [(start: Int32, length: Int32)], height: Int, width: Int) {
        self.init(height, width, .rows(rows))
    }

    /// A region of polygons that were checked.
    ///
    /// - Parameter polygons: ``PolygonFill/checkWork(_:height:width:name:)`` accepted them.
    init(checked polygons: [[(x: Double, y: Double)]], height: Int, width: Int) {
        self.init(height, width, .polygons(polygons))
    }

    /// The pixels of all of some regions.
    ///
    /// - Parameter name: the file and field, for messages.
    /// - Throws: ``DatasetError`` for no region, and for regions of different sizes.
    init(union regions: [Region], name: String) throws {
        guard let first = regions.first else { throw DatasetError(name, "no region to join") }
        let other = regions.first { ($0.height, $0.width) != (first.height, first.width) }
        if let other {
            throw DatasetError(
                name,
                "regions of \(first.height) x \(first.width) and of \(other.height) x "
                    + "\(other.width) cannot be joined")
        }
        self.init(first.height, first.width, .union(regions))
    }

    /// Checks that the region can be rasterised; no pixel is computed.
    ///
    /// - Throws: ``DatasetError`` where the file has something else than a region.
    public func requireReadable() throws {
        if case .unreadable(let problem) = form { throw problem }
        if case .union(let regions) = form { try regions.forEach { try $0.requireReadable() } }
    }

    /// The pixels, `height x width`; there may be none.
    ///
    /// This takes memory for `height x width` flags. Compare the size with the image's before.
    ///
    /// - Throws: ``DatasetError`` where the file has something else than a region.
    public func mask() throws -> Mask {
        switch form {
        case .mask(let mask): return mask
        case .runs(let runs):
            return RunLengthEncoding.mask(runs, height: height, width: width)
        case .polygons(let polygons):
            var mask = Mask(height: height, width: width)
            for polygon in polygons { PolygonFill.fill(polygon, in: &mask) }
            return mask
        case .box(let box): return filled(box)
        case .rows(let rows):
            var mask = Mask(height: height, width: width)
            for run in rows {
                for pixel in Int(run.start)..<Int(run.start + run.length) {
                    mask.pixels[pixel] = true
                }
            }
            return mask
        case .cocoPolygons(let polygons):
            var mask = Mask(height: height, width: width)
            for polygon in polygons { COCOPolygonFill.fill(polygon, in: &mask) }
            return mask
        case .file(let file): return try file.mask(height: height, width: width)
        case .union(let regions):
            var mask = Mask(height: height, width: width)
            for region in regions { mask.formUnion(try region.mask()) }
            return mask
        case .unreadable(let problem): throw problem
        }
    }

    private func filled(_ box: Box) -> Mask {
        var mask = Mask(height: height, width: width)
        let rows = Self.pixels(from: box.y, length: box.height, within: height)
        let columns = Self.pixels(from: box.x, length: box.width, within: width)
        for y in rows {
            for x in columns { mask.pixels[y * width + x] = true }
        }
        return mask
    }

    /// Pixels whose centres are at least at `start` and before `start + length`.
    private static func pixels(from start: Double, length: Double, within size: Int) -> Range<Int> {
        func edge(_ position: Double) -> Int {
            Int(min(max((position - 0.5).rounded(.up), 0), Double(size)))
        }
        return edge(start)..<max(edge(start), edge(start + length))
    }
}
