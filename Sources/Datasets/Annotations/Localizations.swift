import Foundation

/// Masks of findings by image: CheXlocalize's `gt_annotations_*.json` (polygons) or
/// `gt_segmentations_*.json` (run-length codes).
public struct Localizations: Sendable {
    private enum Region: Sendable {
        case polygons([[(x: Double, y: Double)]])
        case code(String)
    }
    private struct Entry: Sendable {
        var height: Int, width: Int
        var regions: [String: Region]
    }
    private let path: String
    private var entries: [String: Entry] = [:]

    /// CheXlocalize's name for what CheXpert's CSV calls "Lung Opacity".
    private static let synonyms = ["Airspace Opacity": "Lung Opacity"]

    /// - Throws: ``DatasetError`` that names the image and the field that is wrong.
    public init(_ path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
        else {
            throw DatasetError(path, "not a JSON object of images")
        }
        for (image, fields) in object {
            entries[image] =
                fields["img_size"] != nil
                ? try Self.polygons(fields, image, path) : try Self.codes(fields, image, path)
        }
    }

    public var images: [String] { entries.keys.sorted() }

    /// The findings that have a region in `image`.
    public func findings(in image: String) -> [String] {
        (entries[image]?.regions.keys).map { $0.sorted() } ?? []
    }

    /// The mask of a finding at the film's own resolution, or `nil` where the file has none;
    /// regions of no pixels are `nil` too.
    public func mask(_ finding: String, in image: String) throws -> Mask? {
        guard let entry = entries[image], let region = entry.regions[finding] else { return nil }
        var mask = Mask(height: entry.height, width: entry.width)
        switch region {
        case .code(let code):
            mask = try RunLengthEncoding.decode(
                code, height: entry.height, width: entry.width,
                name: "\(path): \(image): \(finding)")
        case .polygons(let polygons):
            for polygon in polygons { PolygonFill.fill(polygon, in: &mask) }
        }
        return mask.area > 0 ? mask : nil
    }

    private static func polygons(_ fields: [String: Any], _ image: String, _ path: String) throws
        -> Entry
    {
        guard let size = fields["img_size"] as? [Int], size.count == 2,
            size.allSatisfy({ (1...65536).contains($0) })
        else {
            throw DatasetError(path, "\(image): img_size must be [height, width]")
        }
        var entry = Entry(height: size[0], width: size[1], regions: [:])
        for (finding, value) in fields where finding != "img_size" {
            guard let polygons = value as? [[[Double]]],
                polygons.allSatisfy({ $0.allSatisfy { $0.count == 2 } })
            else {
                throw DatasetError(
                    path, "\(image): \(finding): a list of polygons of [x, y] is wanted")
            }
            entry.regions[synonyms[finding] ?? finding] = .polygons(
                polygons.map { $0.map { (x: $0[0], y: $0[1]) } })
        }
        return entry
    }

    private static func codes(_ fields: [String: Any], _ image: String, _ path: String) throws
        -> Entry
    {
        var entry = Entry(height: 0, width: 0, regions: [:])
        for (finding, value) in fields {
            guard let region = value as? [String: Any], let size = region["size"] as? [Int],
                size.count == 2,
                size.allSatisfy({ (1...65536).contains($0) }),
                let code = region["counts"] as? String
            else {
                throw DatasetError(
                    path, "\(image): \(finding): size [height, width] and counts are wanted")
            }
            (entry.height, entry.width) = (size[0], size[1])
            entry.regions[synonyms[finding] ?? finding] = .code(code)
        }
        return entry
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
