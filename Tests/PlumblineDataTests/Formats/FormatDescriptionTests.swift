import PlumblineData
import XCTest

final class FormatDescriptionTests: XCTestCase {
    func testEveryFormatSaysWhatItReads() {
        let formats = ImageFormats.descriptions.filter { !$0.name.hasPrefix("test_") }
        XCTAssertEqual(
            Set(formats.map(\.name)),
            [
                "chexpert", "image_folder", "manifest", "coco", "voc", "mask_folder",
                "imagenet_localisation", "nih_boxes", "rsna", "siim", "chexmask",
                "part_imagenet", "pascal_part",
            ])
        for format in formats {
            XCTAssertFalse(format.summary.isEmpty, format.name)
            XCTAssertFalse(format.summary.contains("\n"), format.name)
            for option in format.options {
                XCTAssertTrue(option.meaning.hasSuffix("."), "\(format.name) \(option.name)")
                XCTAssertLessThanOrEqual(option.meaning.count, 80, option.meaning)
            }
        }
    }

    func testOptionsOfAFormatAreChecked() {
        XCTAssertNil(ImageFormats.problem(ofFormat: "coco", options: ["crowds": "omit"]))
        XCTAssertEqual(
            ImageFormats.problem(ofFormat: "coco", options: ["crowd": "x"])?.description,
            "crowd is not an option of coco; options: regions, crowds, split, missing")
    }
}
