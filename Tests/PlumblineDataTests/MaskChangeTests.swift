import Foundation
import PlumblineData
import XCTest

/// Dilated, eroded, shifted and boxed masks against scipy.
final class MaskChangeTests: XCTestCase {
    private struct Reference: Decodable {
        struct Row: Decodable {
            let name: String
            let mask: String
            let radius: Double
            let dilated: String
            let eroded: String
            let boxes: String
            let shift: [Int]
            let shifted: String
        }
        let height: Int
        let width: Int
        let rows: [Row]
    }

    func testChangesAreThoseOfScipy() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/mask_changes.json")
        let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: path))
        XCTAssertGreaterThan(reference.rows.count, 10)
        for row in reference.rows {
            let mask = Mask(
                height: reference.height, width: reference.width, pixels: row.mask.map { $0 == "1" }
            )
            func text(_ mask: Mask) -> String {
                mask.pixels.map { $0 ? "1" : "0" }.joined()
            }
            XCTAssertEqual(text(mask.dilated(radius: row.radius)), row.dilated, row.name)
            XCTAssertEqual(text(mask.eroded(radius: row.radius)), row.eroded, row.name)
            XCTAssertEqual(text(mask.boxesOfRegions), row.boxes, row.name)
            XCTAssertEqual(
                text(mask.shifted(right: row.shift[0], down: row.shift[1])), row.shifted, row.name)
        }
        let mask = Mask(height: 3, width: 3, pixels: [true] + [Bool](repeating: false, count: 8))
        XCTAssertEqual(mask.shifted(right: 9, down: -9).area, 0)
        XCTAssertEqual(mask.shifted(right: 2, down: 2).pixels.last, true)
    }
}
