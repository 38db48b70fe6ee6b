import PlumblineData
import PlumblineMetrics
import PlumblineReports
import PlumblineStorage
import XCTest

final class ReportsTests: XCTestCase {
    private let image = RasterImage(height: 32, width: 32, channels: 1, filledWith: 0.5)
    private let map = HeatMap(height: 32, width: 32, values: (0..<1024).map { Float($0) })

    private var mask: Mask {
        var mask = Mask(height: 32, width: 32)
        for y in 8..<16 { for x in 8..<16 { mask.pixels[y * 32 + x] = true } }
        return mask
    }

    private func tiles(_ figure: Figure) -> [FigureTile] {
        figure.cells.compactMap { cell in
            if case .tile(let tile) = cell { tile } else { nil }
        }
    }

    func testThePanelShowsImageMaskAndMaps() throws {
        let row = PanelFigure.Row(
            name: "a.png", image: image, mask: mask, maps: [("start", map, "mass 0.10")])
        let figure = PanelFigure.figure([row, row], what: "Edema, gradient")
        XCTAssertEqual(figure.columns, 3)
        XCTAssertEqual(tiles(figure).map(\.title), ["image", "mask", "start", "", "", ""])
        let svg = try figure.svg()
        for text in [">a.png<", ">mass 0.10<", ">Edema, gradient. ", ">maximum of the map<"] {
            XCTAssertTrue(svg.contains(text), "\(text): \(svg.shortened)")
        }
        // Two rows of an image, an image with its mask, and a map; and the colour bar.
        XCTAssertEqual(svg.components(separatedBy: "<image ").count - 1, 7)
        // The border of the mask, with its dark edge, on the mask and on the map.
        XCTAssertEqual(svg.components(separatedBy: "<path ").count - 1, 8)
    }

    func testAMapHasTheColoursOfItsValues() {
        let plain = ColouredMap(map, .inferno, .fromZero)
        XCTAssertEqual(plain.range, 0...1023)
        let hottest = plain.image.values.suffix(3)
        for (value, colour) in zip(hottest, [0xFC, 0xFF, 0xA4]) {
            XCTAssertEqual(value, Float(colour) / 255, accuracy: 1e-6)
        }
        let signed = HeatMap(height: 1, width: 4, values: [-2, 0, 1, .nan])
        let fitting = ColouredMap(fitting: signed, .inferno)
        XCTAssertEqual(fitting.colours, .diverging)
        XCTAssertEqual(fitting.range, -2...2)
        let zero = Float(0xEE) / 255
        for value in fitting.image.values[3..<6] { XCTAssertEqual(value, zero, accuracy: 1e-6) }
        XCTAssertEqual(Array(fitting.image.values[9..<12]), [0.5, 0.5, 0.5])
        XCTAssertEqual(ColouredMap(fitting: map, .inferno).colours, .inferno)
        XCTAssertEqual(fitting.bar("relevance").low, "\u{2212}2")
    }

    func testAnOverlayIsBetweenImageAndMap() {
        let black = RasterImage(height: 32, width: 32, channels: 1, filledWith: 0)
        let picture = OverlayFigure.picture(black, map)
        for (value, colour) in zip(picture.values.suffix(3), [0xFC, 0xFF, 0xA4]) {
            XCTAssertEqual(value, Float(colour) / 510, accuracy: 1e-6)
        }
    }

    /// The image comes first, then one picture per method.
    func testTheGallery() throws {
        let flat = HeatMap(height: 32, width: 32, values: .init(repeating: 2, count: 1024))
        let entries = (0..<4).map {
            GalleryFigure.Entry(title: "m\($0)", caption: "0.0\($0) s", map: $0 == 0 ? flat : map)
        }
        let figure = GalleryFigure.figure(image, mask, entries, columns: 3)
        XCTAssertEqual(tiles(figure).map(\.title), ["image", "m0", "m1", "m2", "m3"])
        XCTAssertEqual(tiles(figure).map(\.outlines.count), [1, 1, 1, 1, 1])
        // A constant map has the colour of its minimum.
        XCTAssertEqual(tiles(figure)[1].map?.range, 2...2)
        XCTAssertLessThan(tiles(figure)[1].map?.image.values.max() ?? 1, 0.02)
        let data = try figure.png(dotsPerInch: 50)
        XCTAssertEqual(try RasterImage.decode(data, name: "png").width, 344, "175 mm at 50 dpi")
        let signed = GalleryFigure.figure(image, nil, entries, isSigned: true)
        XCTAssertEqual(tiles(signed)[2].map?.range, -1023...1023)
        XCTAssertEqual(signed.colourBars.map(\.colours), [.diverging])
    }

    /// The caption is broken between words, and no line is wider than the figure.
    func testTheCaptionIsBrokenIntoLines() throws {
        let words = (0..<60).map { "word\($0)" }
        var figure = Figure(width: 60, cells: [.tile(FigureTile(image: image))])
        figure.caption = [words.joined(separator: " "), String(repeating: "w", count: 300)]
        let svg = try figure.svg()
        let lines = svg.components(separatedBy: "text-anchor=\"start\"").dropFirst()
            .map { String($0.split(separator: ">", maxSplits: 1)[1].prefix { $0 != "<" }) }
        XCTAssertEqual(lines.dropLast().joined(separator: " "), words.joined(separator: " "))
        XCTAssertGreaterThan(lines.count, 5)
        XCTAssertTrue(lines.last?.hasSuffix("w\u{2026}") == true, lines.last ?? "")
    }
}
