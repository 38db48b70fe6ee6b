import Foundation
import PlumblineData
import XCTest

/// Files of every kind as Pillow reads them; `Tools/oracle/preprocessing_fixture.py` makes them.
final class OrientationTests: XCTestCase {
    private struct Entry: Decodable {
        let name: String
        let file: Data
        let height: Int
        let width: Int
        let rgb: Data
    }

    private var entries: [Entry] {
        get throws { try JSONDecoder().decode([Entry].self, from: Fixture.data("images.json")) }
    }

    func testAsPillowReadsThem() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for entry in try entries {
            let image = try RasterImage.decode(entry.file, name: entry.name)
            XCTAssertEqual(image.height, entry.height, entry.name)
            XCTAssertEqual(image.width, entry.width, entry.name)
            let path = try folder.write(entry.file, to: entry.name)
            let size = try ImageHeader.size(path)
            XCTAssertTrue(size == (height: entry.height, width: entry.width), entry.name)
            let rgb = image.converted(channels: 3).values
            // 16 bits keep their depth here: see `RasterImage.read(_:)`.
            if entry.name == "png_grey_16" {
                XCTAssertGreaterThan(Set(rgb).count, 50)
                continue
            }
            let isDeep = entry.name == "png_colour_16"
            let bytes = rgb.map { value -> UInt8 in
                isDeep ? UInt8((value * 65535).rounded() / 256) : UInt8((value * 255).rounded())
            }
            XCTAssertEqual(bytes, Array(entry.rgb), entry.name)
        }
    }

    /// A damaged block gives some orientation or none; nothing is read outside of it.
    func testDamagedBlocks() throws {
        var random = SystemRandomNumberGenerator()
        let turned = try entries.filter { $0.name.contains("orientation") }
        for entry in turned {
            for _ in 0..<200 {
                var bent = entry.file
                // Exif comes first in these files.
                let index = Int.random(in: 2..<min(bent.count, 120), using: &random)
                bent[index] ^= UInt8.random(in: 1...255, using: &random)
                _ = try? RasterImage.decode(bent, name: "bent")
                _ = try? RasterImage.decode(bent.prefix(index), name: "cut")
            }
        }
    }
}
