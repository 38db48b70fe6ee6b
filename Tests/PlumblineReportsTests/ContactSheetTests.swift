import PlumblineData
import PlumblineReports
import XCTest

final class ContactSheetTests: XCTestCase {
    private func example(_ annotations: [Annotation], labels: [Float]) -> Example {
        Example(id: "a", origin: "a", labels: labels, annotations: annotations) {
            RasterImage(height: 50, width: 100, channels: 1, filledWith: 0.5)
        }
    }

    private func tiles(_ figure: Figure) -> [FigureTile] {
        figure.cells.compactMap { cell in
            if case .tile(let tile) = cell { tile } else { nil }
        }
    }

    private func picture(_ annotations: [Annotation], labels: [Float]) -> ContactSheet.Picture {
        .init(title: "align", example: example(annotations, labels: labels))
    }

    /// The border of a region has the colour of its class; a part has another one.
    func testBordersOfRegions() throws {
        let box = try Region(
            Region.Box(x: 10, y: 10, width: 40, height: 30), height: 50, width: 100, name: "a")
        var dot = Mask(height: 50, width: 100)
        dot.pixels[25 * 100 + 30] = true
        let annotations = [
            Annotation(className: "cat", part: "eye", region: Region(dot)),
            Annotation(className: "cat", region: box),
            // The image shows no dog.
            Annotation(
                className: "dog",
                region: Region(
                    Mask(height: 50, width: 100, pixels: [Bool](repeating: true, count: 5000)))),
        ]
        let figure = try ContactSheet.figure(
            [picture(annotations, labels: [1, 0])], classes: ["cat", "dog"])
        let tile = try XCTUnwrap(tiles(figure).first)
        XCTAssertEqual(tile.image?.width, 100, "the image has its own resolution")
        XCTAssertEqual(tile.outlines.map(\.mask.area), [1200, 1], "the part is on top")
        let colours = tile.outlines.map(\.style.colour)
        XCTAssertNotEqual(colours[0], colours[1])
        // The name of the class is written in its colour, below the picture.
        XCTAssertEqual(tile.lines.map(\.text), ["align", "a", "cat", "- eye"])
        XCTAssertEqual(tile.lines[2].colour, colours[0])
        XCTAssertEqual(tile.lines[3].colour, colours[1])
    }

    /// The border is a line along the edges of pixels: 10 and 40 of 100, on a picture that is
    /// `600 mm - 16 pt` wide.
    func testABorderIsALine() throws {
        let box = try Region(
            Region.Box(x: 10, y: 10, width: 40, height: 30), height: 50, width: 100, name: "a")
        let figure = try ContactSheet.figure(
            [picture([Annotation(className: "cat", region: box)], labels: [1])],
            classes: ["cat"], width: 600)
        let scale = (600 * 72 / 25.4 - 16) / 100
        let corners = [(10.0, 10.0), (50, 10), (50, 40), (10, 40)].map { x, y in
            [8 + x * scale, 4 + y * scale].map { String(format: "%g", ($0 * 100).rounded() / 100) }
                .joined(separator: " ")
        }
        let svg = try figure.svg()
        XCTAssertTrue(svg.contains("d=\"M\(corners.joined(separator: "L"))Z\""), svg.shortened)
    }

    /// A region of one pixel in a large image is still drawn.
    func testASmallRegionIsNotLost() throws {
        var dot = Mask(height: 5, width: 5000)
        dot.pixels[3 * 5000 + 77] = true
        let example = Example(
            id: "a", origin: "a", labels: [1],
            annotations: [Annotation(className: "cat", region: Region(dot))]
        ) { RasterImage(height: 5, width: 5000, channels: 1, filledWith: 0.5) }
        let svg = try ContactSheet.figure(
            [.init(title: "align", example: example)], classes: ["cat"]
        ).svg()
        XCTAssertTrue(svg.contains("<path d=\"M"), svg.shortened)
    }

    func testWhatDoesNotFitIsCounted() throws {
        let classes = (0..<12).map { "class \($0)" }
        let figure = try ContactSheet.figure(
            [picture([], labels: [Float](repeating: 1, count: 12))], classes: classes)
        let lines = tiles(figure)[0].lines.map(\.text)
        XCTAssertEqual(lines.count, 8)
        XCTAssertEqual(lines[2], "class 0 (no region)")
        XCTAssertEqual(lines[7], "and 7 more")
    }

    func testAnImageIsLimited() throws {
        let figure = try ContactSheet.figure(
            [picture([], labels: [0])], classes: ["cat"], longestSide: 20)
        let tile = tiles(figure)[0]
        XCTAssertEqual([tile.image?.height, tile.image?.width], [10, 20])
        XCTAssertEqual(tile.lines.last?.text, "none of the classes")
    }
}

extension String {
    /// The text without embedded images, for messages of tests.
    var shortened: String {
        replacing(#/base64,[^"]*/#, with: "base64,...")
    }
}
