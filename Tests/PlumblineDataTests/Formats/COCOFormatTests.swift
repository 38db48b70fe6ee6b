import Foundation
import PlumblineData
import XCTest

final class COCOFormatTests: FormatTestCase {
    override func setUpWithError() throws {
        data = try FormatFolder("coco")
        try data.image("seven.png")
    }

    private func write(_ text: String) throws {
        data.request.labels = try data.folder.write(text, to: "instances.json")
    }

    /// A file of one image with one annotation.
    private func write(annotation: String, image: String = "") throws {
        try write(
            #"{"images": [{"id": 1, "file_name": "seven.png"\#(image)}], "#
                + #""categories": [{"id": 3, "name": "cat"}], "#
                + #""annotations": [{"id": 5, "image_id": 1, "category_id": 3\#(annotation)}]}"#)
    }

    /// Every polygon, code and box covers the pixels that pycocotools gives it.
    func testRegionsAreThoseOfCOCOsTools() throws {
        let expected = try Fixtures.expected("coco", [String: [Int]].self)
        data.request.labels = Fixtures.folder + "/coco.json"
        let (examples, images) = try data.read(["cat", "dog"])
        XCTAssertEqual(examples.map(\.labels), [[1, 1]])
        let annotations = examples[0].annotations
        XCTAssertEqual(expected.count, 61)
        XCTAssertEqual(annotations.count, expected.count)
        for (index, annotation) in annotations.enumerated() {
            let runs = try annotation.region.mask().rowRuns
            XCTAssertEqual(runs, expected["\(index + 1)"], "annotation \(index + 1)")
        }
        XCTAssertEqual(images.counts["annotations without a segmentation are boxes"], 12)
        let boxes = try data.read(["cat"], ["crowds": "omit"]).images
        XCTAssertEqual(boxes.counts["regions of crowds are left out"], 6)
    }

    func testClassesAreInTheOrderOfTheirIDs() throws {
        data.request.labels = Fixtures.folder + "/coco.json"
        let refused = data.message(["bird"])
        XCTAssertTrue(refused.hasSuffix("no class bird; there are dog, cat"), refused)
    }

    func testDegeneratePolygonsAreCounted() throws {
        let polygons = "[[1, 1, 9, 9], [2, 3, 10, 3, 10, 9, 2, 9]]"
        try write(annotation: #", "segmentation": \#(polygons), "bbox": [0, 0, 9, 9]"#)
        let (examples, images) = try data.read(["cat"])
        XCTAssertEqual(try examples[0].mask(of: "cat"), Mask.rectangle(3..<9, 2..<10))
        XCTAssertEqual(
            images.counts, ["polygons of fewer than three corners are left out": 1])
        try write(annotation: #", "segmentation": [[1, 1, 9, 9]], "bbox": [0, 0, 9, 9]"#)
        let none = try data.read(["cat"])
        XCTAssertEqual(none.examples[0].labels, [1])
        XCTAssertEqual(none.examples[0].annotations.count, 0)
        XCTAssertEqual(none.images.counts["annotations without a region are left out"], 1)
        try write(annotation: #", "segmentation": [[1, 1, 9, 9]], "bbox": [0, 0, 9, 8]"#)
        XCTAssertEqual(
            try data.read(["cat"], ["regions": "box"]).examples[0].mask(of: "cat"),
            Mask.rectangle(0..<8, 0..<9))
    }

    func testImagesOfASplit() throws {
        try data.image("more/eight.png")
        try write(
            #"{"annotations": [{"image_id": 9, "category_id": 1, "bbox": [0, 0, 1, 1]}], "#
                + #""images": [{"id": 1, "file_name": "seven.png"}, "#
                + #"{"id": 2, "file_name": "more/eight.png"}], "#
                + #""categories": [{"id": 1, "name": "cat"}]}"#)
        let list = try data.folder.write("eight 1\nnine\n", to: "val.txt")
        let (examples, images) = try data.read(["cat"], ["split": list])
        XCTAssertEqual(examples.map(\.id), ["more_eight"])
        XCTAssertEqual(
            images.counts,
            [
                "annotations whose image_id is no image": 1,
                "images that are not in \(list) are left out": 1,
                "names in \(list) that are no image": 1,
            ])
    }

    func testWhatIsWrongIsNamed() throws {
        func problem(_ annotation: String, _ image: String = "") throws -> String {
            try write(annotation: annotation, image: image)
            return data.message(["cat"])
        }
        let start = "annotations, id 5: "
        for (annotation, message) in [
            (#", "segmentation": "x""#, "segmentation must be a list of polygons or a run-length"),
            (#", "segmentation": [1, 2, 3, 4, 5, 6]"#, "segmentation must be a list of polygons,"),
            (#", "segmentation": [[1, 2, 3, 4, 5]]"#, "segmentation: a polygon of 5 numbers"),
            (#", "segmentation": [[1, 2, 3, 4, 5, null]]"#, "segmentation must have numbers"),
            (#", "segmentation": [[1, 2, 3, 4, 5, 1e300]]"#, "the corners of a polygon must be"),
            (
                #", "segmentation": [[0, 0, 9e7, 9e7, 0, 9e7]]"#,
                "the borders of the polygons are longer"
            ),
            (#", "segmentation": {"counts": [1]}"#, "segmentation: size [height, width]"),
            (
                #", "segmentation": {"size": [4, 4], "counts": [16]}"#,
                "a run-length code of 4 x 4 in an image of 40 x 48"
            ),
            (#", "segmentation": {"size": [40, 48], "counts": [9]}"#, "shorter than 40 x 48"),
            (#", "segmentation": {"size": [40, 48], "counts": "zz\u007f"}"#, "a damaged run"),
            (#", "bbox": [1, 2, 3]"#, "bbox must be [x, y, width, height]"),
        ] {
            let text = try problem(annotation)
            XCTAssertTrue(text.contains(start + message) || text.contains(message), text)
            XCTAssertTrue(text.contains("annotations, id 5"), text)
        }
        let huge = try problem("", #", "height": 70000, "width": 70000"#)
        XCTAssertTrue(huge.contains("images, id 1: a mask of 70000 x 70000"), huge)
        try write(#"{"images": [], "annotations": []}"#)
        XCTAssertTrue(data.message(["cat"]).contains("no list categories"))
        try write(#"{"images": {}}"#)
        XCTAssertTrue(data.message(["cat"]).contains("line 1: a list is wanted"))
    }
}
