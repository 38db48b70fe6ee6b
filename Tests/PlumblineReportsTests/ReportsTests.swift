import PlumblineData
import PlumblineMetrics
import PlumblineReports
import PlumblineStorage
import XCTest

final class ReportsTests: XCTestCase {
    func testPanelDrawsImageMaskAndMaps() {
        let image = RasterImage(height: 32, width: 32, channels: 1, filledWith: 0.5)
        var mask = Mask(height: 32, width: 32)
        for y in 8..<16 { for x in 8..<16 { mask.pixels[y * 32 + x] = true } }
        let map = HeatMap(height: 32, width: 32, values: (0..<1024).map { Float($0) })
        let row = Panel.Row(image: image, mask: mask, maps: [("start", map, "mass 0.10")])
        let panel = Panel.draw([row])
        XCTAssertEqual(panel.channels, 3)
        // The hottest pixel has the map's last colour.
        let offset = ((24 + 31) * panel.width + 8 + 2 * 40 + 31) * 3
        XCTAssertEqual(Array(panel.values[offset..<(offset + 3)]), [0.988, 0.998, 0.645])
    }

    /// The image comes first, then one tile per method, row by row.
    func testGalleryLayout() {
        let size = 40
        let image = RasterImage(height: size, width: size, channels: 1, filledWith: 0)
        let flat = HeatMap(height: size, width: size, values: .init(repeating: 2, count: 1600))
        let tiles = (0..<4).map { (title: "m\($0)", caption: "c", map: flat) }
        let gallery = Panel.gallery(image, nil, tiles, columns: 3)
        // Each cell: the picture, a gap of 8 to the right, 34 rows for two lines of text.
        XCTAssertEqual(gallery.height, 8 + 2 * (size + 34))
        XCTAssertEqual(gallery.width, 8 + 3 * (size + 8) + 14 + 34)
        func pixel(_ row: Int, _ column: Int) -> [Float] {
            let y = 8 + row * (size + 34) + size / 2
            let x = 8 + column * (size + 8) + size / 2
            return Array(gallery.values[((y * gallery.width + x) * 3)...].prefix(3))
        }
        XCTAssertEqual(pixel(0, 0), [0, 0, 0])
        // A constant map is drawn in the colour of its minimum over 0.65 of the image.
        XCTAssertEqual(pixel(0, 1), pixel(1, 1))
        XCTAssertNotEqual(pixel(0, 1), pixel(0, 0))
        XCTAssertEqual(pixel(1, 2), [1, 1, 1], "there is no fifth tile")
    }

    func testAGalleryIsAsWideAsItsLongestTitle() {
        let image = RasterImage(height: 10, width: 10, channels: 1, filledWith: 0)
        let map = HeatMap(height: 10, width: 10, values: (0..<100).map(Float.init))
        let title = "guided_backpropagation"
        let gallery = Panel.gallery(image, nil, [(title, "", map)], columns: 2)
        XCTAssertEqual(gallery.width, 8 + 2 * (title.count * 6 + 8) + 14 + 34)
    }
}
