import Foundation
import PlumblineData
import XCTest

final class MaskFolderTests: FormatTestCase {
    private let lesion = Mask.rectangle(5..<20, 7..<30)

    override func setUpWithError() throws {
        data = try FormatFolder("mask_folder")
        for name in ["ISIC_0000000.jpg", "ISIC_0000001.JPG", "ISIC_0000002.jpg"] {
            try data.image(name)
        }
        try data.mask(lesion, to: "masks/ISIC_0000000_Segmentation.png")
        try data.mask(lesion, to: "masks/ISIC_0000009_Segmentation.png")
        try data.mask(lesion, to: "masks/ISIC_0000000.png")
        data.request.masks = data.folder.path + "/masks"
    }

    private func write(_ text: String) throws {
        data.request.labels = try data.folder.write(text, to: "labels.csv")
    }

    func testWordsWithoutAHeader() throws {
        try write("ISIC_0000000,benign\r\nISIC_0000001,malignant\r\nISIC_0000002,benign\r\n")
        let (examples, images) = try data.read(["malignant", "benign"])
        XCTAssertEqual(
            examples.map(\.id), ["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"])
        XCTAssertEqual(examples.map(\.labels), [[0, 1], [1, 0], [0, 1]])
        XCTAssertEqual(try examples[0].mask(of: "benign"), lesion)
        XCTAssertNil(try examples[0].mask(of: "malignant"))
        XCTAssertEqual(images.maskFile?.strangers, ["ISIC_0000009"])
        XCTAssertEqual(
            images.counts["files whose names do not end in _Segmentation are no masks"], 1)
    }

    func testNumbersAndColumns() throws {
        try write("ISIC_0000000,1.0\nISIC_0000001,0.0\n")
        XCTAssertEqual(try data.read(["malignant"]).examples.map(\.labels), [[1], [0]])
        XCTAssertEqual(
            try data.read(["melanoma"], ["class": "melanoma"]).examples[0].mask(of: "melanoma"),
            lesion)
        try write("image_id,melanoma,keratosis\nISIC_0000001,0.0,1.0\nISIC_0000000,1.0,0.0\n")
        let examples = try data.read(["keratosis", "melanoma"]).examples
        XCTAssertEqual(examples.map(\.labels), [[1, 0], [0, 1]])
        XCTAssertEqual(try examples[1].mask(of: "melanoma"), lesion)
        let every = try data.read(["keratosis"], ["mask_class": "keratosis"]).examples
        XCTAssertEqual(try every[1].mask(of: "keratosis"), lesion)
        try write("image,label\nISIC_0000001,benign\n")
        XCTAssertEqual(try data.read(["benign"]).examples.map(\.labels), [[1]])
    }

    func testMasksAloneAreLabels() throws {
        let (examples, _) = try data.read(["lesion"], ["class": "lesion"])
        XCTAssertEqual(examples.map(\.labels), [[1], [0], [0]])
        data.request.masks = ""
        XCTAssertTrue(data.message(["lesion"]).contains("data.align.labels: a CSV file is wanted"))
    }

    func testWhatIsWrongIsNamed() throws {
        try write("ISIC_0000000,benign\nISIC_0000000,benign\n")
        XCTAssertTrue(data.message(["benign"]).contains("row 2 of "), data.message(["benign"]))
        try write("ISIC_0000000\n")
        XCTAssertTrue(data.message(["benign"]).contains("a name and a label are wanted"))
        try write("image_id,melanoma,nevus\nISIC_0000000,x,0\n")
        XCTAssertTrue(data.message(["melanoma"]).contains("melanoma: x is not 1, 0, -1"))
        try write("ISIC_0000000,benign\nISIC_0000007,benign\n")
        XCTAssertTrue(
            data.message(["benign"]).contains("for 1 of 2 images, such as ISIC_0000007 (row 2"))
        XCTAssertTrue(
            data.message(["benign"], ["missing": "omit", "mask_class": "x"]).contains(
                "no class x; there are benign"))
    }
}
