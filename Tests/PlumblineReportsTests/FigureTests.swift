import Foundation
import FoundationXML
import PlumblineData
import PlumblineReports
import XCTest

final class FigureTests: XCTestCase {
    private func figure(title: String = "a title", width: Double = 60) -> Figure {
        let line = Mark.line(
            [.init(0, 0), .init(1, 1), .init(.nan, 0), .init(2, 1), .init(3, 2)], .series(0),
            label: "a line")
        let plot = Plot(
            title: "plot", x: Axis("x", 0...3), y: Axis("y", 0...2),
            marks: [line, .points([.init(1, 1)], .series(1), texts: ["here"], label: "a point")])
        return Figure(title: title, width: width, plots: [plot])
    }

    /// Names from files are texts, never markup.
    func testHostileNamesAreEscaped() throws {
        let svg = try figure(title: "<script>&\"'\u{1b}[31m\u{0}").svg()
        XCTAssertTrue(svg.contains("&lt;script&gt;&amp;&quot;&#39;\u{FFFD}[31m\u{FFFD}<"), svg)
        XCTAssertFalse(svg.contains("<script"))
        let parser = XMLParser(data: Data(svg.utf8))
        XCTAssertTrue(parser.parse(), "\(String(describing: parser.parserError))")
    }

    func testTextsAndLinesOfTheSVG() throws {
        let svg = try figure().svg()
        for text in ["a title", "plot", ">x<", ">y<", "a line", "a point", "here", ">1.5<"] {
            XCTAssertTrue(svg.contains(text), "\(text) is not in \(svg)")
        }
        // 60 mm are 170.08 points.
        XCTAssertTrue(svg.contains("width=\"170.08pt\""), svg)
        // A point that is not finite interrupts the line: two pieces, and one in the legend.
        let pieces = svg.components(separatedBy: "<polyline").dropFirst()
            .filter { $0.contains("#0072b2") && !$0.contains("stroke-dasharray") }
        XCTAssertEqual(pieces.count, 3)
    }

    func testThePNGHasTheSizeOfTheFigure() throws {
        let data = try figure(width: 50.8).png(dotsPerInch: 100)
        let image = try RasterImage.decode(data, name: "png")
        XCTAssertEqual(image.width, 200)
        // White paper, and something in the colour of the first series.
        XCTAssertEqual(Array(image.values[0..<3]), [1, 1, 1])
        let isBlue = stride(from: 0, to: image.values.count, by: 3).contains {
            image.values[$0] < 0.05 && abs(image.values[$0 + 1] - 0.447) < 0.02
                && abs(image.values[$0 + 2] - 0.698) < 0.02
        }
        XCTAssertTrue(isBlue)
        XCTAssertThrowsError(try figure(width: 2000).png(dotsPerInch: 1000)) {
            XCTAssertTrue("\($0)".contains("too many for a PNG"), "\($0)")
        }
    }

    func testThePDFIsAlwaysTheSame() throws {
        let data = try figure().pdf()
        XCTAssertEqual(String(decoding: data.prefix(5), as: UTF8.self), "%PDF-")
        XCTAssertEqual(data, try figure().pdf())
    }

    func testAnImageIsDrawnInItsPlace() throws {
        var image = RasterImage(height: 1, width: 2, channels: 3)
        image.values = [1, 0, 0, 0, 1, 0]
        let plot = Plot(
            x: Axis("", 0...2, showsTicks: false), y: Axis("", 0...1, showsTicks: false),
            marks: [.image(image, from: .init(0, 0), to: .init(2, 1))], aspect: 1)
        let figure = Figure(width: 40, plots: [plot])
        let drawn = try RasterImage.decode(figure.png(dotsPerInch: 100), name: "png")
        func pixel(_ x: Double) -> [Float] {
            let place = drawn.height / 2 * drawn.width + Int(x * Double(drawn.width))
            return Array(drawn.values[(3 * place)..<(3 * place + 3)])
        }
        XCTAssertEqual(pixel(0.3), [1, 0, 0])
        XCTAssertEqual(pixel(0.7), [0, 1, 0])
        XCTAssertTrue(try figure.svg().contains("data:image/png;base64,"))
        XCTAssertFalse(try figure.pdf().isEmpty)
    }

    func testABoxPlotIsTukeys() throws {
        let box = try XCTUnwrap(Box([1, 2, 3, 4, 100], at: 0))
        XCTAssertEqual(
            [box.quartiles.first, box.quartiles.median, box.quartiles.third], [2, 3, 4])
        XCTAssertEqual([box.lowWhisker, box.highWhisker], [1, 4])
        XCTAssertEqual(box.outliers, [100])
        XCTAssertNil(Box([], at: 0))
        XCTAssertNil(Box([1, .nan], at: 0))
    }

    func testAFileOfAnotherEndingIsRefused() {
        XCTAssertThrowsError(try figure().write("/nowhere/a.gif")) {
            XCTAssertTrue("\($0)".contains(".svg, .png or .pdf"), "\($0)")
        }
    }
}
