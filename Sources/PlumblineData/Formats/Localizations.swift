import Foundation

/// Masks of findings by image, from a file of CheXlocalize.
///
/// `gt_annotations_*.json` has polygons. `gt_segmentations_*.json` has run-length codes, compressed
/// or as a list of runs.
///
/// A region may be null or NaN, as pandas writes a missing value: then there is no region. Numbers
/// and texts beside the regions are ignored, until one of them is asked for as a finding. A finding
/// has either of its names (``FindingSynonyms``).
public struct Localizations: Sendable {
    private enum Content: Sendable {
        case polygons([[(x: Double, y: Double)]])
        case runs([Int32])
        /// The kind of another value that is there.
        case other(String)
    }

    private struct Entry: Sendable {
        var height = 0
        var width = 0
        var regions: [String: Content] = [:]
    }

    /// The path of the file.
    public let path: String
    private var entries: [String: Entry] = [:]

    /// Reads every region and checks every size and code.
    ///
    /// No mask is decoded.
    ///
    /// - Throws: ``DatasetError`` that names the image and the field that is wrong.
    public init(_ path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        guard case .object(let images) = try JSONValue(data, file: path) else {
            throw DatasetError(path, "not a JSON object of images")
        }
        for (image, value) in images {
            switch value {
            case .object(let fields): entries[image] = try Self.entry(fields, "\(path): \(image)")
            case .null: entries[image] = Entry()
            default:
                throw DatasetError(path, "\(image): an object of findings, not \(value.kind)")
            }
        }
    }

    /// The names of the images that the file has an entry for, sorted.
    public var images: [String] { entries.keys.sorted() }

    /// The findings that have a region in `image`, by CheXpert's names.
    public func findings(in image: String) -> [String] {
        (entries[image]?.regions ?? [:]).filter {
            if case .other = $0.value { return false }
            return true
        }.keys.sorted()
    }

    /// Whether the file has an entry for an image.
    public func contains(_ image: String) -> Bool { entries[image] != nil }

    /// The size of a finding's mask by the file; `nil` where the file has no such mask.
    ///
    /// - Throws: ``DatasetError`` where the file has something else than a region.
    public func size(_ finding: String, in image: String) throws -> (height: Int, width: Int)? {
        guard let entry = entries[image],
            let region = region(finding, in: image)
        else { return nil }
        try region.requireReadable()
        return (entry.height, entry.width)
    }

    /// The mask of a finding at the image's own resolution.
    ///
    /// This takes memory for every pixel: compare the size with the image's before.
    ///
    /// - Returns: `nil` where the file has no such region, and for a region without a pixel.
    public func mask(_ finding: String, in image: String) throws -> Mask? {
        guard let mask = try region(finding, in: image)?.mask() else { return nil }
        return mask.pixels.contains(true) ? mask : nil
    }

    /// The region of a finding; `nil` where the file has none.
    ///
    /// If the file has something else there, this is an error when pixels are asked for.
    public func region(_ finding: String, in image: String) -> Region? {
        guard let entry = entries[image],
            let content = entry.regions[FindingSynonyms.canonical(finding)]
        else { return nil }
        switch content {
        case .runs(let runs):
            return Region(checked: runs, height: entry.height, width: entry.width)
        case .polygons(let polygons):
            return Region(checked: polygons, height: entry.height, width: entry.width)
        case .other(let kind):
            return .unreadable(
                DatasetError(path, "\(image): \(finding): a region is wanted, not \(kind)"))
        }
    }

    // MARK: Reading

    private static func entry(_ fields: [String: JSONValue], _ name: String) throws -> Entry {
        var entry = Entry()
        let size: (height: Int, width: Int)?
        switch fields["img_size"] {
        case nil, .null: size = nil
        case .some(let value):
            guard let imageSize = Self.size(value) else {
                throw DatasetError(name, "img_size must be [height, width]")
            }
            try RunLengthEncoding.checkSize(
                height: imageSize.height, width: imageSize.width, name: name)
            entry.height = imageSize.height
            entry.width = imageSize.width
            size = imageSize
        }
        for (finding, value) in fields where finding != "img_size" {
            guard let region = try region(value, size, "\(name): \(finding)", &entry) else {
                continue
            }
            let canonical = FindingSynonyms.canonical(finding)
            guard entry.regions[canonical] == nil else {
                throw DatasetError(
                    name,
                    "\(canonical) and \(FindingSynonyms.other(canonical) ?? canonical) "
                        + "are one finding: "
                        + "it is there twice")
            }
            entry.regions[canonical] = region
        }
        return entry
    }

    /// - Parameter size: of the image, for polygons; run-length codes have sizes of their own.
    private static func region(
        _ value: JSONValue, _ size: (height: Int, width: Int)?, _ name: String,
        _ entry: inout Entry
    ) throws -> Content? {
        switch value {
        case .null: return nil
        case .number(let number): return number.isNaN ? nil : .other(value.kind)
        case .flag, .text: return .other(value.kind)
        case .list(let polygons):
            guard let size else { return .other(value.kind) }
            let corners = try polygons.map { try Self.corners($0, name) }
            try PolygonFill.checkWork(corners, height: size.height, width: size.width, name: name)
            return .polygons(corners)
        case .object(let fields):
            guard fields["counts"] != nil || fields["size"] != nil else {
                return .other(value.kind)
            }
            guard let (height, width) = fields["size"].flatMap(Self.size) else {
                throw DatasetError(name, "size [height, width] and counts are wanted")
            }
            try RunLengthEncoding.checkSize(height: height, width: width, name: name)
            guard entry.height == 0 || (entry.height, entry.width) == (height, width) else {
                throw DatasetError(
                    name,
                    "a mask of \(height) x \(width), and another of this image is "
                        + "\(entry.height) x \(entry.width)")
            }
            entry.height = height
            entry.width = width
            switch fields["counts"] {
            case .text(let code):
                return .runs(
                    try RunLengthEncoding.runs(code, height: height, width: width, name: name))
            case .list(let runs):
                let numbers = runs.compactMap(\.whole)
                guard numbers.count == runs.count else {
                    throw DatasetError(name, "counts must be whole numbers")
                }
                return .runs(
                    try RunLengthEncoding.checked(
                        numbers, height: height, width: width, name: name))
            default: throw DatasetError(name, "size [height, width] and counts are wanted")
            }
        }
    }

    private static func size(_ value: JSONValue) -> (height: Int, width: Int)? {
        guard case .list(let sides) = value, sides.count == 2, let height = sides[0].whole,
            let width = sides[1].whole
        else { return nil }
        return (height: height, width: width)
    }

    private static func corners(
        _ value: JSONValue, _ name: String
    ) throws -> [(x: Double, y: Double)] {
        let problem = DatasetError(name, "a list of polygons of [x, y] is wanted")
        guard case .list(let corners) = value else { throw problem }
        return try corners.map { corner in
            guard case .list(let pair) = corner, pair.count == 2, case .number(let x) = pair[0],
                case .number(let y) = pair[1], x.isFinite, y.isFinite
            else { throw problem }
            return (x: x, y: y)
        }
    }

    /// Writes masks as a `gt_segmentations` file.
    public static func write(_ masks: [String: [String: Mask]], to path: String) throws {
        let object = masks.mapValues { findings in
            findings.mapValues {
                ["size": [$0.height, $0.width], "counts": RunLengthEncoding.encode($0)]
                    as [String: Any]
            }
        }
        do {
            let data = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch { throw DatasetError(path, "cannot be written: \(error.localizedDescription)") }
    }
}
