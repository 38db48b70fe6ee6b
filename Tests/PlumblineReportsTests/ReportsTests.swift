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
}
