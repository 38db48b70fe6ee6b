import Foundation
import PlumblineData
import XCTest

/// A format that computes its images: one name per line of the label file.
private struct Lines: ImageSource {
    let classes = ["circle", "square"]
    let names: [Substring]

    init(_ path: String) throws {
        names = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    var count: Int { names.count }

    func example(_ index: Int) throws -> Example {
        Example(
            id: String(names[index]), origin: "line \(index + 1)", labels: [0, 1],
            weights: [0.5, 1], decode: { RasterImage(height: 2, width: 3, channels: 1) })
    }
}

final class ImageFormatTests: XCTestCase {
    private nonisolated(unsafe) var folder: TemporaryFolder!

    override func setUpWithError() throws {
        folder = try TemporaryFolder()
        try ImageFormats.register("test_lines", options: ["prefix"]) { request in
            FormattedImages(
                try Lines(request.labels),
                omissions: [.init(count: 3, note: request.options["prefix"] ?? "none")])
        }
    }

    override func tearDown() {
        ImageFormats.unregister("test_lines")
        folder.remove()
    }

    private func request(classes: [String]) throws -> FormatRequest {
        var request = FormatRequest()
        request.labels = try folder.write("one\ntwo\n", to: "labels.txt")
        request.classes = classes
        return request
    }

    func testARegisteredFormatIsRead() throws {
        XCTAssertEqual(ImageFormats.names.first, "chexpert")
        XCTAssertTrue(ImageFormats.names.contains("test_lines"))
        var request = try request(classes: ["square", "circle"])
        request.options = ["prefix": "7"]
        let images = try ImageFormats.read("test_lines", request)
        XCTAssertEqual(images.omissions, [.init(count: 3, note: "7")])
        XCTAssertEqual(images.source.count, 2)
        let example = try images.source.example(1)
        XCTAssertEqual(example.id, "two")
        XCTAssertNil(example.file)
        XCTAssertEqual(try example.size(), Example.Size(height: 2, width: 3))
    }

    /// A format gives all its classes; a configuration names some, in another order.
    func testClassesAreChosenByName() throws {
        let both = try ImageFormats.read("test_lines", request(classes: ["square", "circle"]))
        XCTAssertEqual(both.source.classes, ["square", "circle"])
        XCTAssertEqual(try both.source.example(0).labels, [1, 0])
        XCTAssertEqual(try both.source.example(0).weights, [1, 0.5])
        let none = try ImageFormats.read("test_lines", request(classes: []))
        XCTAssertEqual(try none.source.example(0).labels, [])
        let refused = folder.message {
            _ = try ImageFormats.read("test_lines", request(classes: ["star"]))
        }
        XCTAssertTrue(refused.hasSuffix("no class star; there are circle, square"), refused)
    }

    func testUnknownFormatsAndOptionsAreRefused() throws {
        let request = try request(classes: [])
        let unknown = folder.message { _ = try ImageFormats.read("test_none", request) }
        XCTAssertTrue(
            unknown.contains("no format is called test_none; there are chexpert, image_folder, ")
                && unknown.hasSuffix("test_lines; did you mean test_lines?"), unknown)
        var other = request
        other.options = ["suffix": "x"]
        XCTAssertTrue(
            folder.message { _ = try ImageFormats.read("test_lines", other) }.hasSuffix(
                "suffix is not an option of test_lines; options: prefix"))
        XCTAssertTrue(
            folder.message { _ = try ImageFormats.read("chexpert", other) }.hasSuffix(
                "suffix is not an option of chexpert; options: split, split_column, parts"))
    }

    func testANameIsRegisteredOnce() {
        for name in ["chexpert", "test_lines", "", "with space"] {
            XCTAssertThrowsError(
                try ImageFormats.register(name) { _ in throw DatasetError("", "") }, name)
        }
    }

    /// What the format of CheXpert leaves out, and how it reports that.
    func testWhatCheXpertLeavesOutIsCounted() throws {
        let image = try RasterImage(height: 4, width: 4, channels: 1).png()
        for name in ["a", "b", "c"] { try folder.write(image, to: "\(name).png") }
        var request = FormatRequest()
        request.labels = try folder.write(
            "Path,Frontal/Lateral,Edema\na.png,Frontal,-1\na.png,Frontal,1\nb.png,Lateral,1\n"
                + "c.png,Frontal,1\n", to: "labels.csv")
        request.masks = try folder.write(
            #"{"a": {"Edema": {"size": [4, 4], "counts": [0, 16]}}, "b": {}, "z": {}}"#,
            to: "masks.json")
        request.classes = ["Edema"]
        request.uncertainty = .ignore
        let path = request.labels
        XCTAssertTrue(
            folder.message { _ = try ImageFormats.read("chexpert", request) }.contains(
                "rows 2 and 3: an image that is there twice, with other labels"))
        request.skipsRepeats = true
        let images = try ImageFormats.read("chexpert", request)
        XCTAssertEqual(images.omissions.map(\.count), [1, 1, 1])
        XCTAssertTrue(images.omissions[0].note.hasSuffix("a.png; each is taken once"))
        XCTAssertEqual(
            images.omissions[1].note,
            "1 lateral images are left out (data.frontal_only); 2 are used")
        XCTAssertEqual(
            images.omissions[2].note, "uncertain labels are ignored: Edema 1 of 2")
        XCTAssertEqual(
            images.maskFile,
            .init(path: request.masks, images: ["a", "b", "z"], strangers: ["z"]))
        XCTAssertEqual(try images.source.example(0).mask(of: "Edema")?.area, 16)
        XCTAssertEqual(try images.source.example(0).weights, [0])
        XCTAssertTrue(
            try XCTUnwrap(images.groupProblem).hasPrefix("row 2 of \(path) names none (its path"))
    }
}
