import Foundation
import PlumblineData
import XCTest

final class VOCFormatTests: FormatTestCase {
    private func start(_ format: String) throws {
        data = try FormatFolder(format)
        data.request.labels = data.folder.path + "/Annotations"
        try createFolder(data.request.labels)
    }

    private func box(_ xmin: String, _ ymin: String, _ xmax: String, _ ymax: String) -> String {
        "<bndbox><ymin>\(ymin)</ymin><xmin> \(xmin)\n</xmin><xmax>\(xmax)</xmax>"
            + "<ymax>\(ymax)</ymax></bndbox>"
    }

    private func object(_ name: String, _ content: String, difficult: Bool = false) -> String {
        "<object>\n<name>\(name)</name><difficult>\(difficult ? 1 : 0)</difficult>\(content)"
            + "</object>\n"
    }

    private func write(
        _ name: String, _ objects: String, size: String? = "<width>48</width><height>40</height>"
    ) throws {
        let size = size.map { "<size>\($0)<depth>3</depth></size>" } ?? ""
        try data.folder.write(
            "\u{FEFF}<?xml version=\"1.0\"?>\r\n<!-- made -->\r\n<annotation verified=\"yes\">"
                + "<filename>%s</filename>\(size)\(objects)</annotation>\n",
            to: "Annotations/\(name).xml")
    }

    func testBoxesBeginAtOneAndHaveTheirLastPixel() throws {
        try start("voc")
        try data.image("a.jpg")
        try data.image("b.jpg")
        let head = "<part><name>head</name>\(box("3", "4", "5", "6"))</part>"
        try write(
            "a",
            object("cat", box("1", "1", "3", "2") + head)
                + object("cat", box("47", "40", "48", "40"))
                + object("black &amp; <![CDATA[white]]>", box("10.6", "5", "20.2", "9"))
                + object("dog", box("5", "5", "9", "9"), difficult: true))
        try write("b", object("dog", box("5", "5", "5", "5")))
        let (examples, images) = try data.read(["cat", "dog", "black & white"])
        XCTAssertEqual(examples.map(\.id), ["a", "b"])
        XCTAssertEqual(examples.map(\.labels), [[1, 0, 1], [0, 1, 0]])
        XCTAssertEqual(examples.map(\.weights), [[1, 0, 1], [1, 1, 1]])
        var cat = Mask.rectangle(0..<2, 0..<3)
        cat.formUnion(Mask.rectangle(39..<40, 46..<48))
        XCTAssertEqual(try examples[0].mask(of: "cat"), cat)
        XCTAssertEqual(
            try examples[0].mask(of: "cat", part: "head"), Mask.rectangle(3..<6, 2..<5))
        XCTAssertEqual(
            try examples[0].mask(of: "black & white"), Mask.rectangle(4..<9, 10..<20))
        XCTAssertEqual(try examples[1].mask(of: "dog"), Mask.rectangle(4..<5, 4..<5))
        XCTAssertEqual(images.counts, ["difficult objects are left out": 1])
        let used = try data.read(["dog"], ["difficult": "use"]).examples
        XCTAssertEqual(try used[0].mask(of: "dog"), Mask.rectangle(4..<9, 4..<9))
        let all = try data.read(["black & white"], ["objects": "all"]).examples
        cat.formUnion(Mask.rectangle(4..<9, 10..<20))
        XCTAssertEqual(try all[0].mask(of: "black & white"), cat)
    }

    func testASplitOfImageSets() throws {
        try start("voc")
        for name in ["a", "b"] {
            try data.image("\(name).jpg")
            try write(name, object("cat", box("1", "1", "3", "2")))
        }
        try data.folder.write("b  1\r\nc -1\r\n", to: "ImageSets/Main/val.txt")
        let (examples, images) = try data.read(["cat"], ["split": "val"])
        XCTAssertEqual(examples.map(\.id), ["b"])
        XCTAssertEqual(images.omissions.map(\.count), [1, 1])
        XCTAssertTrue(
            data.message(["cat"], ["split": "none"]).contains("no such file, or not readable"))
    }

    // MARK: Segmentation

    /// Two images; the masks of the first were written and read by Pillow.
    private func startSegmentation() throws {
        try start("voc")
        for name in ["a", "b"] { try data.image("\(name).jpg") }
        try write(
            "a",
            object(
                "cat",
                box("1", "1", "3", "2") + "<part><name>head</name>"
                    + "\(box("3", "4", "5", "6"))</part>")
                + object("dog", box("5", "5", "9", "9"))
                + object("cat", box("1", "1", "3", "2"))
                + object("person", box("5", "5", "9", "9"), difficult: true))
        try write("b", object("cat", box("5", "5", "5", "5")))
        for (kind, folder) in [("class", "SegmentationClass"), ("object", "SegmentationObject")] {
            let file = URL(fileURLWithPath: "\(Fixtures.folder)/voc_\(kind).png")
            try data.folder.write(Data(contentsOf: file), to: "\(folder)/a.png")
        }
    }

    /// Index 8 is cat, 12 is dog, and 15 is person, whose only object is difficult.
    func testMasksOfClasses() throws {
        try startSegmentation()
        let expected = try XCTUnwrap(
            Fixtures.expected("voc", [String: [String: [Int]]].self)["class"])
        let (examples, images) = try data.read(
            ["cat", "dog", "person"], ["segmentation": "class"])
        XCTAssertEqual(examples.map(\.labels), [[1, 1, 0], [1, 0, 0]])
        XCTAssertEqual(examples.map(\.weights), [[1, 1, 0], [1, 1, 1]])
        XCTAssertEqual(try examples[0].mask(of: "cat")?.rowRuns, expected["8"])
        XCTAssertEqual(try examples[0].mask(of: "dog")?.rowRuns, expected["12"])
        XCTAssertNil(try examples[0].mask(of: "person"))
        XCTAssertEqual(
            try examples[0].mask(of: "cat", part: "head"), Mask.rectangle(3..<6, 2..<5))
        XCTAssertEqual(
            examples[0].annotations.filter { $0.part == nil }.map(\.region.kind), [.mask, .mask])
        XCTAssertNil(try examples[1].mask(of: "cat"), "a box is no mask of this kind")
        XCTAssertEqual(
            images.counts,
            [
                "difficult objects are left out": 1,
                "images without a segmentation have no regions": 1,
            ])
        let used = try data.read(
            ["person"], ["segmentation": "class", "difficult": "use"]
        ).examples
        XCTAssertEqual(try used[0].mask(of: "person")?.rowRuns, expected["15"])
    }

    func testMasksOfObjects() throws {
        try startSegmentation()
        let expected = try XCTUnwrap(
            Fixtures.expected("voc", [String: [String: [Int]]].self)["object"])
        let (examples, images) = try data.read(["cat", "dog"], ["segmentation": "object"])
        let masks = try examples[0].annotations.filter { $0.part == nil }
            .map { ($0.className, try $0.region.mask().rowRuns) }
        XCTAssertEqual(masks.map(\.0), ["cat", "dog", "cat"])
        XCTAssertEqual(masks.map(\.1), try ["1", "2", "3"].map { try XCTUnwrap(expected[$0]) })
        XCTAssertNil(
            images.counts["indices of segmentations that belong to no object are left out"])
        // With fewer objects in the file, an index is left over; with more, an object has no pixel.
        try write("a", object("cat", box("1", "1", "3", "2")))
        let fewer = try data.read(["cat"], ["segmentation": "object"])
        XCTAssertEqual(fewer.examples[0].annotations.count, 1)
        XCTAssertEqual(
            fewer.images.counts["indices of segmentations that belong to no object are left out"],
            2)
        try write(
            "a", (0..<4).map { _ in object("cat", box("1", "1", "3", "2")) }.joined())
        let more = try data.read(["cat"], ["segmentation": "object"])
        XCTAssertEqual(more.examples[0].annotations.count, 3)
        XCTAssertEqual(more.images.counts["objects without a pixel in their segmentation"], 1)
    }

    /// A palette of four colours has two bits per pixel, and its classes come from a file.
    func testFewColoursAndOwnClasses() throws {
        try startSegmentation()
        let file = URL(fileURLWithPath: Fixtures.folder + "/voc_packed.png")
        try data.folder.write(Data(contentsOf: file), to: "own/a.png")
        data.request.masks = data.folder.path + "/own"
        let list = try data.folder.write("_background_\ncat\n\ndog\nperson\n", to: "classes.txt")
        let options = ["segmentation": "class", "segmentation_classes": list]
        let expected = try XCTUnwrap(
            Fixtures.expected("voc", [String: [String: [Int]]].self)["packed"])
        let examples = try data.read(["cat", "dog"], options).examples
        XCTAssertEqual(try examples[0].mask(of: "cat")?.rowRuns, expected["1"])
        XCTAssertEqual(try examples[0].mask(of: "dog")?.rowRuns, expected["2"])
        try data.folder.write("cat\n", to: "classes.txt")
        XCTAssertTrue(
            data.message(["cat"], options).contains("dog has no index in segmentations"),
            data.message(["cat"], options))
    }

    func testTheSplitOfSegmentations() throws {
        try startSegmentation()
        try data.folder.write("a\n", to: "ImageSets/Segmentation/val.txt")
        try data.folder.write("b\n", to: "ImageSets/Main/val.txt")
        let masks = try data.read(["cat"], ["segmentation": "class", "split": "val"])
        XCTAssertEqual(masks.examples.map(\.id), ["a"])
        XCTAssertEqual(try data.read(["cat"], ["split": "val"]).examples.map(\.id), ["b"])
    }

    func testWrongSegmentationsAreNamed() throws {
        try startSegmentation()
        func problem() -> String { data.message(["cat"], ["segmentation": "class"]) }
        let colours = RasterImage(height: 40, width: 48, channels: 3, filledWith: 0.5)
        try data.folder.write(try colours.png(), to: "SegmentationClass/a.png")
        XCTAssertTrue(problem().contains("a palette of up to 256 colours is wanted"), problem())
        let deep = RasterImage(height: 40, width: 48, channels: 1, filledWith: 0.5)
        try data.folder.write(try deep.png(bits: 16), to: "SegmentationClass/a.png")
        XCTAssertTrue(problem().contains("a palette of up to 256 colours is wanted"), problem())
        try data.folder.write(try deep.jpeg(), to: "SegmentationClass/a.png")
        XCTAssertTrue(problem().contains("a PNG with a palette is wanted"), problem())
        let small = RasterImage(height: 39, width: 48, channels: 1)
        try data.folder.write(try small.png(), to: "SegmentationClass/a.png")
        XCTAssertTrue(problem().contains("39 x 48 for an image of 40 x 48"), problem())
        let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.folder + "/voc_class.png"))
        try data.folder.write(whole.dropLast(60), to: "SegmentationClass/a.png")
        XCTAssertTrue(problem().contains("the file is truncated"), problem())
        XCTAssertTrue(
            data.message(["cat"], ["segmentation": "objects"]).contains(
                "must be one of boxes, class, object, not objects"))
        data.request.masks = data.folder.path + "/Annotations"
        XCTAssertTrue(data.message(["cat"]).contains("masks: must be empty"))
    }

    func testBoxesOfWrongSidesAndSizes() throws {
        try start("voc")
        try data.image("a.jpg")
        try write(
            "a", object("cat", box("0", "1", "60", "2")) + object("cat", box("9", "9", "7", "12")),
            size: "<width>0</width><height>0</height>")
        let (examples, images) = try data.read(["cat"])
        XCTAssertEqual(try examples[0].mask(of: "cat"), Mask.rectangle(0..<2, 0..<48))
        XCTAssertEqual(
            images.counts,
            [
                "files without a size; the image's own is taken": 1,
                "boxes are cut at the border of their image": 1,
                "boxes without area are left out": 1,
            ])
        try write("a", object("cat", box("0", "0", "2", "3")))
        XCTAssertEqual(
            try data.read(["cat"], ["first_pixel": "0"]).examples[0].mask(of: "cat"),
            Mask.rectangle(0..<4, 0..<3))
        try write("a", "", size: "<width>480</width><height>400</height>")
        XCTAssertTrue(
            data.message(["cat"]).contains("the size 400 x 480 for an image of 40 x 48"))
    }

    func testImageNetsFolders() throws {
        try start("imagenet_localisation")
        try data.image("n01440764/n01440764_10026.JPEG")
        try data.image("n01443537/n01443537_1.JPEG")
        try write("n01440764/n01440764_10026", object("n01440764", box("5", "5", "8", "8")))
        try write(
            "n01443537/n01443537_1", object("n01443537", box("11", "21", "40", "60")),
            size: "<width>96</width><height>80</height>")
        let names = try data.folder.write(
            "n01440764 tench, Tinca tinca\nn01443537 goldfish\n", to: "LOC_synset_mapping.txt")
        let (examples, images) = try data.read(
            ["goldfish", "tench, Tinca tinca"], ["class_names": names])
        XCTAssertEqual(examples.map(\.id).first, "n01440764_n01440764_10026")
        XCTAssertEqual(examples.map(\.labels), [[0, 1], [1, 0]])
        XCTAssertEqual(
            try examples[0].mask(of: "tench, Tinca tinca"), Mask.rectangle(4..<8, 4..<8))
        XCTAssertEqual(try examples[1].mask(of: "goldfish"), Mask.rectangle(10..<30, 5..<20))
        XCTAssertEqual(images.counts, ["boxes of another size are scaled to the image": 1])
    }

    func testWhatIsWrongIsNamed() throws {
        try start("voc")
        try data.image("a.jpg")
        XCTAssertTrue(data.message(["cat"]).contains("there is no XML file"))
        for (text, message) in [
            ("<annotation><object></annotation>", "not XML: line 1: object is not closed"),
            ("<annotation>\n<object/>\n</annotation>", "line 2 of "),
            ("<annotation><object><name>x</name></object></annotation>", "has no bndbox"),
            (
                "<annotation>" + object("x", box("a", "1", "2", "3")) + "</annotation>",
                "bndbox: xmin must be a number"
            ),
            ("<annotations/>", "the outermost element is annotations, not annotation"),
            ("<annotation>&lol;</annotation>", "&lol; is not known"),
            (
                "<!DOCTYPE a [<!ENTITY lol \"lol\">]><annotation>&lol;</annotation>",
                "document types are not read"
            ),
            (String(repeating: "<a>", count: 100), "more than 32 levels"),
            ("<annotation><size><width>x</width></size></annotation>", "size must have a whole"),
            ("<annotation a=\"<annotation>", "annotation is not closed"),
            ("<annotation></annotation>more", "there is more after the last element"),
            ("", "an element is wanted"),
        ] {
            try data.folder.write(text, to: "Annotations/a.xml")
            let refused = data.message(["cat"])
            XCTAssertTrue(refused.contains(message), "\(text): \(refused)")
            XCTAssertTrue(refused.contains("a.xml"), refused)
        }
    }
}
