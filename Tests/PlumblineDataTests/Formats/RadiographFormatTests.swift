import Foundation
import PlumblineData
import XCTest

final class RadiographFormatTests: FormatTestCase {
    func testBoxesOfNIH() throws {
        data = try FormatFolder("nih_boxes")
        try data.image("images_001/images/00000001_000.png", height: 64, width: 64)
        try data.image("images_002/images/00000002_001.png", height: 64, width: 64)
        data.request.labels = try data.folder.write(
            "Image Index,Finding Labels,Patient ID,OriginalImage[Width,Height],\n"
                + "00000001_000.png,Infiltration|Mass,1,64,64,\n"
                + "00000002_001.png,No Finding,2,64,64,\n", to: "Data_Entry_2017.csv")
        let boxes = try data.folder.write(
            "Image Index,Finding Label,Bbox [x,y,w,h],,,\n"
                + "00000001_000.png,Infiltrate,10.2,20.0,30.0,4.5,,,\n"
                + "00000001_000.png,Infiltrate,10.2,20.0,30.0,4.5,,,\n"
                + "00000002_001.png,Mass,1,1,2,2,,,\n"
                + "00000009_000.png,Mass,1,1,2,2,,,\n", to: "BBox_List_2017.csv")
        data.request.masks = boxes
        let (examples, images) = try data.read(["Infiltration", "No Finding"])
        XCTAssertEqual(examples.map(\.labels), [[1, 0], [0, 1]])
        XCTAssertEqual(examples.map(\.group), ["1", "2"])
        let mask = Mask.rectangle(20..<24, 10..<40, height: 64, width: 64)
        XCTAssertEqual(try examples[0].mask(of: "Infiltration"), mask)
        XCTAssertEqual(images.maskFile?.strangers, ["00000009_000.png"])
        XCTAssertEqual(
            images.counts,
            [
                "rows that are there twice are taken once": 1,
                "boxes of a finding that the labels do not name are left out": 1,
            ])
        // The list alone, for images of 128 x 128 that were resized.
        data.request.labels = boxes
        data.request.masks = ""
        let (alone, _) = try data.read(
            ["Infiltration", "Mass"], ["size": "128", "missing": "omit"])
        XCTAssertEqual(alone.map(\.labels), [[1, 0], [0, 1]])
        XCTAssertEqual(alone.map(\.group), ["00000001", "00000002"])
        XCTAssertEqual(
            try alone[0].mask(of: "Infiltration"),
            Mask.rectangle(10..<12, 5..<20, height: 64, width: 64))
        data.request.labels = try data.folder.write(
            "Image Index,Finding Label,x,y\na,b,1,2\n", to: "boxes.csv")
        XCTAssertTrue(data.message(["Mass"]).contains("no columns Bbox [x,y,w,h]; there are Image"))
    }

    func testBoxesOfRSNA() throws {
        data = try FormatFolder("rsna")
        try data.image("0004cfab.png")
        try data.image("000924cf.jpg")
        func write(_ rows: String) throws {
            data.request.labels = try data.folder.write(
                "patientId,x,y,width,height,Target\n\(rows)", to: "labels.csv")
        }
        try write(
            "0004cfab,3.0,4.0,10.0,5.0,1\n000924cf,,,,,0\n0004cfab,20.0,30.0,5.0,50.0,1\n"
                + "000924cf,,,,,0\n")
        let (examples, images) = try data.read(["Pneumonia"])
        XCTAssertEqual(examples.map(\.labels), [[1], [0]])
        XCTAssertEqual(examples.map(\.group), ["0004cfab", "000924cf"])
        var mask = Mask.rectangle(4..<9, 3..<13)
        mask.formUnion(Mask.rectangle(30..<40, 20..<25))
        XCTAssertEqual(try examples[0].mask(of: "Pneumonia"), mask)
        XCTAssertEqual(
            images.counts,
            [
                "boxes are cut at the border of their image": 1,
                "rows that are there twice are taken once": 1,
            ])
        try write("0004cfab,3.0,4.0,10.0,5.0,1\n0004cfab,,,,,0\n")
        XCTAssertTrue(data.message(["Pneumonia"]).contains("says otherwise"))
        try write("0004cfab,3.0,4.0,10.0,,1\n")
        XCTAssertTrue(data.message(["Pneumonia"]).contains("height:  is no number"))
        try write("0004cfab,3.0,4.0,10.0,2.0,0\n")
        XCTAssertTrue(data.message(["Pneumonia"]).contains("row 2 of "))
        try write("0004cfab,3.0,4.0,10.0,2.0,2\n")
        XCTAssertTrue(data.message(["Pneumonia"]).contains("Target: 2 is not 1 or 0"))
    }

    /// The codes cover the pixels that the challenge's own function gives.
    func testCodesOfSIIM() throws {
        data = try FormatFolder("siim")
        let expected = try Fixtures.expected("siim", [String: [Int]].self)
        XCTAssertEqual(expected.count, 3)
        let names = (0..<4).map { "1.2.276.0.7230010.\($0).876" }
        for name in names { try data.image("\(name).png", height: 32, width: 32) }
        data.request.labels = Fixtures.folder + "/siim.csv"
        let (examples, _) = try data.read(["Pneumothorax"], ["size": "32"])
        XCTAssertEqual(examples.map(\.id), names)
        XCTAssertEqual(examples.map(\.labels), [[1], [1], [0], [1]])
        for (name, example) in zip(names, examples) {
            XCTAssertEqual(
                try example.mask(of: "Pneumothorax")?.rowRuns, expected[name], name)
        }
        XCTAssertTrue(data.message(["Pneumothorax"]).contains("a code for 1024 x 1024"))
        func problem(_ code: String) throws -> String {
            data.request.labels = try data.folder.write(
                "ImageId, EncodedPixels\n\(names[0]),\(code)\n", to: "codes.csv")
            return data.message(["Pneumothorax"], ["size": "32"])
        }
        XCTAssertTrue(try problem("1 2 3").contains("a run-length code of 3 numbers"))
        XCTAssertTrue(try problem("1 x").contains("x is no number of a run-length code"))
        XCTAssertTrue(try problem("1000 20 5 1").contains("a run of 5 and 1 leaves"))
        XCTAssertTrue(try problem("-1 5").contains("a run of -1 and 5 leaves"))
        XCTAssertTrue(try problem("").contains("an empty code"))
        XCTAssertTrue(
            try problem("1 2\n\(names[0]),-1").contains("the code -1; row 2 of"))
        XCTAssertEqual(
            try problem("0 2\n\(names[0]),0 2\n\(names[0]),32 3"), "nothing was thrown")
        let (several, images) = try data.read(
            ["Pneumothorax"], ["size": "32"])
        var mask = Mask.rectangle(0..<2, 0..<1, height: 32, width: 32)
        mask.formUnion(Mask.rectangle(0..<3, 1..<2, height: 32, width: 32))
        XCTAssertEqual(try several[0].mask(of: "Pneumothorax"), mask)
        XCTAssertEqual(images.counts["rows that are there twice are taken once"], 1)
    }

    /// The codes cover the pixels that CheXmask's own function gives.
    func testOrgansOfCheXmask() throws {
        data = try FormatFolder("chexmask")
        let expected = try Fixtures.expected("chexmask", [String: [String: [Int]]].self)
        let paths = expected.keys.sorted()
        XCTAssertEqual(paths.count, 3)
        for path in paths { try data.image(path) }
        let masks = Fixtures.folder + "/chexmask.csv"
        data.request.labels = masks
        let alone = try data.read(["Heart", "Left Lung"]).examples
        for (path, example) in zip(paths, alone) {
            XCTAssertEqual(example.labels, [1, 1])
            XCTAssertEqual(try example.mask(of: "Heart")?.rowRuns, expected[path]?["Heart"])
        }
        data.request.labels = try data.folder.write(
            "Path,Edema\nCheXpert-v1.0/\(paths[1]),1\nCheXpert-v1.0/\(paths[0]),\n",
            to: "train.csv")
        data.request.masks = masks
        let (examples, images) = try data.read(["Edema"])
        XCTAssertEqual(examples.map(\.labels), [[1], [0]])
        XCTAssertEqual(examples.map(\.group), ["patient1", "patient0"])
        for (organ, runs) in try XCTUnwrap(expected[paths[1]]) {
            XCTAssertEqual(
                try examples[0].mask(of: "Edema", part: organ)?.rowRuns, runs, organ)
        }
        XCTAssertNil(try examples[0].mask(of: "Edema"))
        XCTAssertEqual(images.maskFile?.strangers, [paths[2]])
        let good = try data.read(["Edema"], ["least_dice": "0.7"])
        XCTAssertEqual(good.examples[0].annotations.count, 0)
        XCTAssertEqual(good.examples[1].annotations.count, 3)
        XCTAssertEqual(
            good.images.counts["masks whose Dice RCA (Mean) is too small are left out"], 2)
    }

    func testWrongOrgansAreNamed() throws {
        data = try FormatFolder("chexmask")
        try data.image("a.png")
        func problem(_ code: String, _ sides: String = "40,48") throws -> String {
            data.request.labels = try data.folder.write(
                "Path,Left Lung,Right Lung,Heart,Height,Width\na.png,\(code),,,\(sides)\n",
                to: "masks.csv")
            return data.message(["Heart"])
        }
        XCTAssertEqual(try problem("1 5 1920 1"), "nothing was thrown")
        XCTAssertTrue(try problem("0 5").contains("row 2 of"))
        XCTAssertTrue(try problem("1920 2").contains("a run of 2 from 1920 leaves"))
        XCTAssertTrue(try problem("1 1900 1 1900").contains("runs of more pixels"))
        XCTAssertTrue(try problem("1 2", "70000,70000").contains("a mask of 70000 x 70000"))
        XCTAssertTrue(try problem("1 2", "x,48").contains("Height: x is no number"))
        data.request.labels = try data.folder.write(Data([0x1F, 0x8B, 8]), to: "masks.csv.gz")
        XCTAssertTrue(data.message(["Heart"]).contains("is compressed by gzip"))
    }
}
