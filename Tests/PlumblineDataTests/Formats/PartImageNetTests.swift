import Foundation
import PlumblineData
import XCTest

final class PartImageNetTests: FormatTestCase {
    override func setUpWithError() throws {
        data = try FormatFolder("part_imagenet")
        try data.image("n02124075_1.JPEG")
        try data.image("n02834778/n02834778_2.JPEG")
        data.request.labels = try data.folder.write(
            """
            {"images": [{"id": 0, "file_name": "n02124075_1.JPEG", "height": 40, "width": 48},
                        {"id": 1, "file_name": "n02834778/n02834778_2.JPEG"}],
             "categories": [{"id": 0, "name": "Quadruped Head", "supercategory": "Quadruped"},
                            {"id": 1, "name": "Quadruped Foot", "supercategory": "Quadruped"},
                            {"id": 2, "name": "Bicycle Seat"},
                            {"id": 40, "name": "background", "supercategory": "background"}],
             "annotations": [
               {"image_id": 0, "category_id": 0, "segmentation": [[2, 2, 9, 2, 9, 7, 2, 7]]},
               {"image_id": 0, "category_id": 1,
                "segmentation": [[20, 20, 25, 20, 25, 30, 20, 30], [1, 2, 3, 4],
                                 [30, 20, 35, 20, 35, 30, 30, 30]]},
               {"image_id": 0, "category_id": 1, "segmentation": [[0, 30, 3, 30, 3, 33, 0, 33]]},
               {"image_id": 0, "category_id": 40, "segmentation": [[0, 0, 48, 0, 48, 40, 0, 40]]},
               {"image_id": 1, "category_id": 2, "segmentation": [[1, 1, 2, 2]],
                "bbox": [1, 1, 1, 1]}]}
            """, to: "parts.json")
    }

    func testPartsAndObjects() throws {
        let (examples, images) = try data.read(["Bicycle", "Quadruped"])
        XCTAssertEqual(examples.map(\.labels), [[0, 1], [1, 0]])
        let head = Mask.rectangle(2..<7, 2..<9)
        var feet = Mask.rectangle(20..<30, 20..<25)
        feet.formUnion(Mask.rectangle(20..<30, 30..<35))
        feet.formUnion(Mask.rectangle(30..<33, 0..<3))
        XCTAssertEqual(try examples[0].mask(of: "Quadruped", part: "Quadruped Head"), head)
        XCTAssertEqual(try examples[0].mask(of: "Quadruped", part: "Quadruped Foot"), feet)
        var whole = feet
        whole.formUnion(head)
        XCTAssertEqual(try examples[0].mask(of: "Quadruped"), whole)
        XCTAssertEqual(examples[1].annotations.count, 0)
        XCTAssertEqual(
            images.counts,
            [
                "polygons of fewer than three corners are left out": 2,
                "parts in several pieces": 2,
                "regions of the background are no parts": 1,
                "annotations without a region are left out": 1,
            ])
    }

    func testSynsetsAreClasses() throws {
        let names = try data.folder.write(
            "n02124075 Egyptian cat\nn02834778 tandem\n", to: "names.txt")
        let options = ["classes": "synset", "class_names": names]
        let examples = try data.read(["tandem", "Egyptian cat"], options).examples
        XCTAssertEqual(examples.map(\.labels), [[0, 1], [1, 0]])
        XCTAssertEqual(
            try examples[0].mask(of: "Egyptian cat", part: "Quadruped Head")?.area, 35)
    }

    func testANameWithoutSynsetIsRefused() throws {
        try data.image("other.png")
        data.request.labels = try data.folder.write(
            #"{"images": [{"id": 0, "file_name": "other.png"}], "categories": [], "#
                + #""annotations": []}"#, to: "parts.json")
        XCTAssertTrue(
            data.message(["x"], ["classes": "synset"]).contains(
                "images, id 0: other.png does not begin with a synset"))
    }
}
