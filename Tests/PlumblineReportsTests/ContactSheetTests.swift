import PlumblineData
import PlumblineReports
import XCTest

final class ContactSheetTests: XCTestCase {
    private typealias Colour = [Float]

    private func pixel(_ image: RasterImage, _ y: Int, _ x: Int) -> Colour {
        Array(image.values[(y * image.width + x) * 3..<(y * image.width + x) * 3 + 3])
    }

    private func example(_ annotations: [Annotation], labels: [Float]) -> Example {
        Example(id: "a", origin: "a", labels: labels, annotations: annotations) {
            RasterImage(height: 50, width: 100, channels: 1, filledWith: 0.5)
        }
    }

    /// The border of a region has the colour of its class; a part has another one.
    func testBordersOfRegions() throws {
        let box = try Region(
            Region.Box(x: 10, y: 10, width: 40, height: 30), height: 50, width: 100, name: "a")
        var dot = Mask(height: 50, width: 100)
        dot.pixels[25 * 100 + 30] = true
        let annotations = [
            Annotation(className: "cat", region: box),
            Annotation(className: "cat", part: "eye", region: Region(dot)),
            // The image shows no dog.
            Annotation(
                className: "dog",
                region: Region(
                    Mask(height: 50, width: 100, pixels: [Bool](repeating: true, count: 5000)))),
        ]
        let sheet = try ContactSheet.draw(
            [.init(title: "align", example: example(annotations, labels: [1, 0]))],
            classes: ["cat", "dog"], side: 200)
        XCTAssertEqual(sheet.width, 8 + 200 + 8)
        let grey: Colour = [0.5, 0.5, 0.5]
        // The image is drawn twice as large, from (8, 8) on: the box covers 20..<100 and 20..<80.
        let border = pixel(sheet, 8 + 20, 8 + 60)
        XCTAssertNotEqual(border, grey)
        XCTAssertEqual(pixel(sheet, 8 + 21, 8 + 60), border, "two pixels wide")
        XCTAssertEqual(pixel(sheet, 8 + 22, 8 + 60), grey)
        XCTAssertEqual(pixel(sheet, 8 + 19, 8 + 60), grey)
        XCTAssertEqual(pixel(sheet, 8 + 79, 8 + 99), border)
        XCTAssertEqual(pixel(sheet, 8 + 50, 8 + 19), grey)
        let eye = pixel(sheet, 8 + 50, 8 + 60)
        XCTAssertNotEqual(eye, grey)
        XCTAssertNotEqual(eye, border)
        XCTAssertEqual(pixel(sheet, 8, 8), grey, "the dog is not drawn")
        // The name of the class is written in its colour, below the picture.
        let below = (208..<sheet.height).flatMap { y in (8..<208).map { pixel(sheet, y, $0) } }
        XCTAssertTrue(below.contains(border))
        XCTAssertTrue(below.contains(eye))
    }

    /// A region of one pixel in a large image is still drawn in a small picture.
    func testASmallRegionIsNotLost() throws {
        var dot = Mask(height: 50, width: 100)
        dot.pixels[33 * 100 + 77] = true
        let sheet = try ContactSheet.draw(
            [
                .init(
                    title: "align",
                    example: example(
                        [Annotation(className: "cat", region: Region(dot))], labels: [1]))
            ], classes: ["cat"], side: 10)
        // 10 x 5 pixels: the dot is in row 3, column 7.
        let picture = (0..<5).flatMap { y in (0..<10).map { pixel(sheet, 8 + y, 8 + $0) } }
        // Shrinking rounds the grey of the other pixels.
        let drawn = picture.indices.filter { abs(picture[$0][0] - 0.5) > 1e-4 }
        XCTAssertEqual(drawn, [37])
    }

    func testRowsOfPictures() throws {
        let pictures = (0..<7).map { _ in
            ContactSheet.Picture(title: "align", example: example([], labels: [0]))
        }
        let sheet = try ContactSheet.draw(pictures, classes: ["cat"], columns: 3, side: 100)
        XCTAssertEqual(sheet.width, 8 + 3 * 108)
        // Three lines below each: the section, the name, and that there is no class.
        XCTAssertEqual(sheet.height, 8 + 3 * (100 + 8 + 3 * 10 + 8))
        XCTAssertEqual(pixel(sheet, 8 + 2 * 146 + 10, 8 + 10), [0.5, 0.5, 0.5])
        XCTAssertEqual(pixel(sheet, 8 + 2 * 146 + 10, 8 + 108 + 10), [1, 1, 1])
    }
}
