import Foundation
import PlumblineData
import XCTest

final class ManifestTests: FormatTestCase {
    override func setUpWithError() throws {
        data = try FormatFolder("manifest")
        for name in ["a.png", "b.png", "c.png"] { try data.image(name) }
    }

    private func write(_ text: String) throws {
        data.request.labels = try data.folder.write(text, to: "manifest.csv")
    }

    func testRowsOfOneImageAreUnited() throws {
        let mask = Mask.rectangle(3..<9, 5..<30)
        try data.mask(mask, to: "masks/a.png")
        try write(
            "\u{FEFF}image,label,mask,box,part,group,split\r\n"
                + "a.png,cat; dog,masks/a.png,,,\"litter, one\",train\r\n"
                + "a.png,cat,,\"2 4.5 10 6\",head,\"litter, one\",train\r\n\r\n"
                + "B.PNG,bird,,,,2.0,train\r\n"
                + "c.png,cat,,,,3,test\r\n")
        let (examples, images) = try data.read(["cat", "dog", "bird"], ["split": "train"])
        XCTAssertEqual(examples.map(\.id), ["a", "b"])
        XCTAssertEqual(examples.map(\.labels), [[1, 1, 0], [0, 0, 1]])
        XCTAssertEqual(examples.map(\.group), ["litter, one", "2"])
        XCTAssertEqual(try examples[0].mask(of: "cat"), mask)
        XCTAssertEqual(try examples[0].mask(of: "dog"), mask)
        XCTAssertEqual(
            try examples[0].mask(of: "cat", part: "head"), Mask.rectangle(4..<10, 2..<12))
        XCTAssertNil(try examples[0].mask(of: "dog", part: "head"))
        XCTAssertEqual(images.counts["rows of other splits than train are left out"], 1)
        let all = try data.read(["cat"])
        XCTAssertEqual(all.examples.count, 3)
        XCTAssertEqual(
            all.images.counts["options.split is not given, and all splits are read"], 1)
    }

    func testColumnsOfClasses() throws {
        try write(
            "image,age,cat,dog\na.png,7,1.0,-1\nb.png,8,,0\na.png,7,0,\nc.png,9,-1,true\n")
        data.request.uncertainty = .ignore
        let examples = try data.read(["dog", "cat"]).examples
        XCTAssertEqual(examples.map(\.labels), [[0, 1], [0, 0], [1, 0]])
        XCTAssertEqual(examples.map(\.weights), [[0, 1], [1, 1], [1, 0]])
    }

    func testBoxes() throws {
        try write("image,label,box\na.png,x,-3;30;10;99\nb.png,x,1 1 0 5\nc.png,x,90 1 5 5\n")
        let (examples, images) = try data.read(["x"])
        XCTAssertEqual(try examples[0].mask(of: "x"), Mask.rectangle(30..<40, 0..<7))
        XCTAssertEqual(
            images.counts,
            [
                "boxes are cut at the border of their image": 1,
                "boxes without area are left out": 1,
                "boxes outside of their image are left out": 1,
            ])
        try write("image,label,box\na.png,x,2 3 12 30\n")
        XCTAssertEqual(
            try data.read(["x"], ["box": "corners"]).examples[0].mask(of: "x"),
            Mask.rectangle(3..<30, 2..<12))
        XCTAssertTrue(data.message(["x"], ["box": "yx"]).contains("must be one of xywh, corners"))
    }

    func testMissingImagesAreCounted() throws {
        try write("image,label\na.png,x\nz.png,x\nz.png,y\ny.png,x\n")
        let refused = data.message(["x"])
        XCTAssertTrue(refused.contains("for 2 of 3 images, such as z.png (row 3 of"), refused)
        let (examples, images) = try data.read(["x"], ["missing": "omit"])
        XCTAssertEqual(examples.count, 1)
        XCTAssertEqual(images.counts, ["images without a file": 2])
    }

    func testImagesAreFoundByOtherNames() throws {
        for name in ["p/d.png", "q/d.png", "q/Deep/E.JPG"] { try data.image(name) }
        let absolute = data.request.images + "/b.png"
        try write("image,label\n\(absolute),x\nq/d,x\ne.jpg,x\narchive/c.png,x\n")
        XCTAssertEqual(
            try data.read(["x"]).examples.map(\.file),
            ["b.png", "q/d.png", "q/Deep/E.JPG", "c.png"].map { data.request.images + "/" + $0 })
        try write("image,label\nd.png,x\n")
        let refused = data.message(["x"])
        XCTAssertTrue(refused.contains("row 2 of"), refused)
        XCTAssertTrue(refused.contains("d.png may be "), refused)
        try write("image,label\nz/a.jpg,x\n")
        XCTAssertTrue(data.message(["x"]).contains("for 1 of 1 images"))
    }

    func testMasksOfOtherPrograms() throws {
        let expected = try Fixtures.expected("png", [String: [Int]].self)
        XCTAssertEqual(expected.count, 6)
        try data.image("a.png", height: 23, width: 31)
        data.request.masks = Fixtures.folder
        for (name, runs) in expected {
            try write("image,label,mask\na.png,x,\(name)\n")
            XCTAssertEqual(try data.read(["x"]).examples[0].mask(of: "x")?.rowRuns, runs, name)
        }
        try write("image,label,mask\na.png,x,mask_L.png\n")
        XCTAssertNil(try data.read(["x"], ["threshold": "1"]).examples[0].mask(of: "x"))
    }

    func testWhatIsWrongIsNamed() throws {
        func problem(_ text: String, _ classes: [String] = ["x"]) throws -> String {
            try write(text)
            return data.message(classes)
        }
        XCTAssertTrue(try problem("img,label\n").contains("no column image; there are img, label"))
        XCTAssertTrue(try problem("image,label\na.png\n").contains("row 2 has 1 fields"))
        XCTAssertTrue(
            try problem("image,label\n../a.png,x\n").contains("leaves the folder of images by .."))
        XCTAssertTrue(try problem("image,x\na.png,2\n").contains("x: 2 is not 1, 0, -1"))
        XCTAssertTrue(
            try problem("image,label,mask\na.png,x,none.png\n").contains("row 2 of "))
        XCTAssertTrue(
            try problem("image,label,mask\na.png,x,../../m.png\n").contains("is no path of a mask"))
        XCTAssertTrue(
            try problem("image,label,box\na.png,x,1 2 3\n").contains("1 2 3 is no box"))
        XCTAssertTrue(
            try problem("image,label,box\na.png,,1 2 3 4\n").contains(
                "a region, but no class that it belongs to"))
        XCTAssertTrue(
            try problem("image,label,group\na.png,x,1\na.png,x,2\n").contains(
                "the group 2; row 2 of"))
        XCTAssertTrue(try problem("image,label\n").contains("no image is left"))
    }

    /// A mask file whose bytes change is other data.
    func testTheFingerprintFollowsTheFile() throws {
        try data.mask(Mask.rectangle(0..<3, 0..<3), to: "a_mask.png")
        try write("image,label,mask\na.png,x,a_mask.png\n")
        func fingerprint() throws -> String {
            try data.read(["x"]).examples[0].annotations[0].region.fingerprint
        }
        let before = try fingerprint()
        XCTAssertEqual(try fingerprint(), before)
        try data.mask(Mask.rectangle(0..<3, 0..<4), to: "a_mask.png")
        XCTAssertNotEqual(try fingerprint(), before)
    }
}
