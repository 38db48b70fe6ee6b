/// Where the masks of Pascal VOC are, and what their indices mean: the option `segmentation`.
struct VOCSegmentationFolder {
    static let options = [
        FormatOption(
            "segmentation", "The regions: boxes, or masks by palette index: class or object."),
        FormatOption(
            "segmentation_classes",
            "A file of the classes of indices 1, 2, ..., one per line; else VOC's 20."),
    ]

    enum Meaning: String, CaseIterable {
        case boxes
        /// An index is a class.
        case `class`
        /// An index is the place of an object in the XML file, from 1 on.
        case object
    }

    /// The classes of VOC 2007 to 2012, in the order of their indices.
    static let classes = [
        "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
        "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
        "train", "tvmonitor",
    ]

    let meaning: Meaning
    private let folder: String
    private let request: FormatRequest
    /// The index of each class.
    private let classIndices: [String: Int]

    /// The folder is `masks`, or else stands beside the labels.
    ///
    /// - Returns: `nil` where the regions are boxes.
    /// - Throws: ``DatasetError`` for an option that is wrong, and for a folder that is not there.
    init?(_ request: FormatRequest, labels: String) throws {
        meaning = try request.choice("segmentation", .boxes)
        guard meaning != .boxes else { return nil }
        self.request = request
        let name = meaning == .class ? "SegmentationClass" : "SegmentationObject"
        let own = PathText.joined(PathText.folder(of: labels), name)
        folder = try request.requireFolder(
            request.masks.isEmpty ? own : request.masks, "masks", "a folder of PNG files")
        let names = try request.option("segmentation_classes").map(Self.names) ?? Self.classes
        classIndices = Dictionary(
            names.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of a file, from index 1 on.
    ///
    /// A first line "background" is index 0.
    private static func names(_ file: String) throws -> [String] {
        let text = String(decoding: try WholeFile.read(file), as: UTF8.self)
        var names = text.split(whereSeparator: \.isNewline).map { String($0).trimmedSpaces }
            .filter { !$0.isEmpty }
        if let first = names.first, ["background", "_background_"].contains(first) {
            names.removeFirst()
        }
        guard (1...254).contains(names.count), Set(names).count == names.count else {
            throw DatasetError(file, "from 1 to 254 different names of classes are wanted")
        }
        return names
    }

    /// The segmentation of an image; `nil` where it has none.
    ///
    /// - Parameters:
    ///   - name: of the image, without an extension.
    ///   - size: of the image.
    /// - Throws: ``DatasetError`` for a file that cannot be read or has another size.
    func segmentation(_ name: String, size: Example.Size) throws -> VOCSegmentation? {
        let path = PathText.joined(folder, "\(name).png")
        guard FileIdentity(path)?.isFile == true else { return nil }
        let segmentation = try VOCSegmentation(path)
        guard segmentation.size == size else {
            throw DatasetError(
                path,
                "\(segmentation.size.height) x \(segmentation.size.width) for an image of "
                    + "\(size.height) x \(size.width)")
        }
        return segmentation
    }

    /// The index of an object.
    ///
    /// - Parameter number: its place in the XML file, from 0 on.
    /// - Throws: ``DatasetError`` for a class without an index.
    func index(of object: VOCAnnotation.Object, number: Int) throws -> Int {
        guard meaning == .class else { return number + 1 }
        guard let index = classIndices[object.name] else {
            throw DatasetError(
                object.place,
                "\(object.name) has no index in segmentations; options.segmentation_classes names "
                    + "a file of the classes")
        }
        return index
    }
}
