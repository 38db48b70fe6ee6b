import Foundation
import PlumblineData
import XCTest

final class PascalPartTests: FormatTestCase {
    override func setUpWithError() throws {
        data = try FormatFolder("pascal_part")
        data.request.labels = data.folder.path + "/Annotations_Part"
        try createFolder(data.request.labels)
    }

    private func copy(_ name: String, _ change: (inout Data) -> Void = { _ in }) throws {
        var bytes = try Data(
            contentsOf: URL(fileURLWithPath: "\(Fixtures.folder)/part_\(name).mat"))
        change(&bytes)
        try data.folder.write(bytes, to: "Annotations_Part/\(name).mat")
    }

    /// Files that scipy wrote: with and without zlib, masks of bytes, of logicals and of doubles.
    func testMasksAreThoseThatScipyWrote() throws {
        let expected = try Fixtures.expected("mat", [String: [[String: Any]]].self)
        XCTAssertEqual(expected.keys.sorted(), ["real", "v6", "v7"])
        for name in expected.keys {
            try data.image("\(name).jpg")
            try copy(name)
        }
        let (examples, images) = try data.read(["dog", "person", "cat"])
        XCTAssertEqual(examples.map(\.id), ["real", "v6", "v7"])
        for example in examples {
            XCTAssertEqual(example.labels, [1, 1, 1])
            for object in try XCTUnwrap(expected[example.id]) {
                let name = try XCTUnwrap(object["class"] as? String)
                let runs = try XCTUnwrap(object["mask"] as? [Int])
                let parts = try XCTUnwrap(object["parts"] as? [String: [Int]])
                XCTAssertEqual(try example.mask(of: name)?.rowRuns, runs)
                for (part, runs) in parts {
                    XCTAssertEqual(try example.mask(of: name, part: part)?.rowRuns, runs)
                }
                XCTAssertEqual(
                    example.annotations.filter { $0.className == name }.count, 1 + parts.count)
            }
        }
        XCTAssertEqual(images.omissions.map(\.note), [])
    }

    func testASplitReadsItsFilesOnly() throws {
        try data.image("v7.jpg")
        try copy("v7")
        try data.folder.write("not a file of MATLAB", to: "Annotations_Part/other.mat")
        let list = try data.folder.write("v7\n", to: "val.txt")
        XCTAssertEqual(try data.read(["cat"], ["split": list]).examples.map(\.id), ["v7"])
    }

    /// A compressed variable that claims 2 GB is refused before memory is taken.
    func testAClaimedSizeIsNotTrusted() throws {
        try data.image("bomb.jpg")
        var bytes = Data("MATLAB 5.0 MAT-file".utf8)
        bytes += Data(repeating: 0x20, count: 124 - bytes.count) + [0, 1] + Data("IM".utf8)
        // A stored block of 8 bytes: an array of 0x7FFFFFFF bytes.
        let stream: [UInt8] =
            [0x78, 0x01, 0x01, 8, 0, 0xF7, 0xFF] + [14, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x7F]
        bytes += [15, 0, 0, 0, UInt8(stream.count), 0, 0, 0] + stream
        try data.folder.write(bytes, to: "Annotations_Part/bomb.mat")
        XCTAssertTrue(
            data.message(["cat"]).contains("a variable of 2147483647 bytes; at most"),
            data.message(["cat"]))
        // A matrix that holds itself would be too deep; here are 40 cells, one in the other.
        var cell: [UInt8] = [14, 0, 0, 0, 0, 0, 0, 0]
        for _ in 0..<40 {
            let content: [UInt8] =
                [6, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
                + [5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] + [1, 0, 0, 0, 0, 0, 0, 0]
                + cell
            let size = content.count
            cell = [14, 0, 0, 0, UInt8(size & 0xFF), UInt8(size >> 8), 0, 0] + content
        }
        try data.folder.write(bytes.prefix(128) + cell, to: "Annotations_Part/bomb.mat")
        XCTAssertTrue(
            data.message(["cat"]).contains("more than 16 levels"), data.message(["cat"]))
    }

    func testWhatIsWrongIsNamed() throws {
        try data.image("v6.jpg", height: 41)
        try copy("v6")
        XCTAssertTrue(
            data.message(["cat"]).contains(
                "anno.objects(1).mask: 40 x 48, and the image is 41 x 48"))
        try data.image("v6.jpg")
        try copy("v6") { $0 = $0.prefix(4000) }
        XCTAssertTrue(data.message(["cat"]).contains("a damaged MATLAB file"))
        try copy("v6") { $0 = $0.prefix(100) }
        XCTAssertTrue(data.message(["cat"]).contains("shorter than its header of 128 bytes"))
        try copy("v6") { $0[126] = 0 }
        XCTAssertTrue(data.message(["cat"]).contains("no MATLAB file of version 5"))
        try copy("v6") {
            $0.replaceSubrange(0..<10, with: Data("MATLAB 7.3".utf8))
            $0[126] = 0
        }
        XCTAssertTrue(data.message(["cat"]).contains("save it with -v7"))
        try FileManager.default.removeItem(atPath: data.request.labels + "/v6.mat")
        try data.image("v7.jpg")
        try copy("v7") { $0[200] ^= 0xFF }
        XCTAssertTrue(data.message(["cat"]).contains("v7.mat: "))
        try copy("v7") { $0 = $0.prefix(300) }
        XCTAssertTrue(data.message(["cat"]).contains("v7.mat: "))
    }
}
