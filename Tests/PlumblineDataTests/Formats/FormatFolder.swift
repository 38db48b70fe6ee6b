import Foundation
import PlumblineData
import XCTest

/// A folder with a tiny data set, for the tests of one format.
struct FormatFolder {
    let folder: TemporaryFolder
    let format: String
    var request = FormatRequest()

    init(_ format: String) throws {
        folder = try TemporaryFolder()
        self.format = format
        request.section = "data.align"
        request.images = folder.path + "/images"
        try createFolder(request.images)
    }

    func remove() { folder.remove() }

    /// Writes an image of `height x width` pixels below `images`.
    func image(_ name: String, height: Int = 40, width: Int = 48) throws {
        let path = "\(request.images)/\(name)"
        try createFolder(PathText.folder(of: path))
        try RasterImage(height: height, width: width, channels: 1).write(path)
    }

    /// Writes a mask in an image file.
    func mask(_ mask: Mask, to name: String) throws {
        let values = mask.pixels.map { $0 ? Float(1) : 0 }
        let image = RasterImage(
            height: mask.height, width: mask.width, channels: 1, values: values)
        try folder.write(try image.png(), to: name)
    }

    func read(
        _ classes: [String], _ options: [String: String] = [:]
    ) throws -> (examples: [Example], images: FormattedImages) {
        var request = request
        request.classes = classes
        request.target = classes.first
        request.options = options
        let images = try ImageFormats.read(format, request)
        return (try (0..<images.source.count).map { try images.source.example($0) }, images)
    }

    /// The error of reading, in one line.
    func message(_ classes: [String], _ options: [String: String] = [:]) -> String {
        folder.message { _ = try read(classes, options) }
    }
}

/// Files that independent programs wrote or read (`Tools/oracle/make_formats.py`).
enum Fixtures {
    static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        + "/Fixtures"

    /// What the other programs read, by the name of the format.
    static func expected<Value>(_ name: String, _: Value.Type) throws -> Value {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json"))
        let all = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try XCTUnwrap(all?[name] as? Value)
    }
}

extension Mask {
    /// The lengths of runs along the rows, off first.
    var rowRuns: [Int] {
        var runs: [Int] = []
        var run = 0
        var isOn = false
        for pixel in pixels {
            if pixel != isOn {
                runs.append(run)
                run = 0
                isOn = pixel
            }
            run += 1
        }
        return runs + [run]
    }

    /// A mask with one rectangle.
    static func rectangle(
        _ rows: Range<Int>, _ columns: Range<Int>, height: Int = 40, width: Int = 48
    ) -> Mask {
        var mask = Mask(height: height, width: width)
        for y in rows { for x in columns { mask.pixels[y * width + x] = true } }
        return mask
    }
}

extension FormattedImages {
    /// What was left out, by the sentence that says so, without the first example.
    var counts: [String: Int] {
        Dictionary(
            uniqueKeysWithValues: omissions.map {
                (String($0.note.prefix { $0 != ":" }), $0.count)
            })
    }
}
