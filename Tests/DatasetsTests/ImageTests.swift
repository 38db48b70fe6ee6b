import Datasets
import Foundation
import XCTest

final class ImageTests: XCTestCase {
    private func gradientImage(channels: Int, height: Int = 9, width: Int = 13) -> RasterImage {
        RasterImage(
            height: height, width: width, channels: channels,
            values: (0..<(height * width * channels)).map { Float($0 * 37 % 256) / 255 })
    }

    func testPNGRoundTrip() throws {
        for channels in [1, 3] {
            let image = gradientImage(channels: channels)
            XCTAssertEqual(try RasterImage.decode(image.png(), name: "x"), image)
            let deep = RasterImage(
                height: 2, width: 3, channels: channels,
                values: (0..<(6 * channels)).map { Float($0 * 2501) / 65535 })
            XCTAssertEqual(try RasterImage.decode(deep.png(bits: 16), name: "x"), deep)
        }
    }

    func testJPEGRoundTrip() throws {
        for channels in [1, 3] {
            let image = RasterImage(
                height: 40, width: 56, channels: channels,
                values: (0..<(40 * 56 * channels)).map { Float($0 / channels % 56) / 56 })
            let back = try RasterImage.decode(image.jpeg(quality: 98), name: "x")
            XCTAssertEqual(back.channels, channels)
            XCTAssertLessThan(zip(back.values, image.values).map { abs($0 - $1) }.max()!, 0.05)
        }
    }

    func testPaletteAndAlphaOfPNG() throws {
        // 2 x 1 pixels by an independent encoder (PIL): palette [(255, 0, 0), (0, 0, 255)]; and
        // RGBA with alpha 0 and 128.
        let palette =
            "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX/AAAAAP9sof2OAAAACklEQVR4nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg=="
        let alpha =
            "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGPkEpFjkJOTawAAAzABGGcaDHsAAAAASUVORK5CYII="
        let first = try RasterImage.decode(Data(base64Encoded: palette)!, name: "palette")
        XCTAssertEqual(first.values, [1, 0, 0, 0, 0, 1])
        let second = try RasterImage.decode(Data(base64Encoded: alpha)!, name: "alpha")
        XCTAssertEqual(second.channels, 3)
        XCTAssertEqual(second.values.map { Int(($0 * 255).rounded()) }, [10, 20, 30, 40, 50, 60])
    }

    func testDamagedFilesAreRefused() throws {
        let png = try gradientImage(channels: 3, height: 64, width: 64).png(),
            jpeg = try gradientImage(channels: 3, height: 64, width: 64).jpeg()
        for (name, data) in [("png", png), ("jpeg", jpeg)] {
            for share in [0.1, 0.5, 0.9] {
                let cut = data.prefix(Int(Double(data.count) * share))
                XCTAssertThrowsError(try RasterImage.decode(Data(cut), name: "film.\(name)")) {
                    XCTAssertTrue("\($0)".hasPrefix("film.\(name): "))
                }
            }
        }
        XCTAssertThrowsError(try RasterImage.decode(Data("hello".utf8), name: "x"))
        XCTAssertThrowsError(try RasterImage.read("/nonexistent.png"))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var bent = png
            bent[Int.random(in: 8..<bent.count, using: &random)] ^= UInt8.random(
                in: 1...255, using: &random)
            _ = try? RasterImage.decode(bent, name: "bent")  // must not crash, whatever it finds
        }
    }

    func testTransforms() {
        let image = gradientImage(channels: 3)
        XCTAssertEqual(image.flipped.flipped, image)
        XCTAssertLessThan(
            zip(image.rotated(degrees: 0).values, image.values).map { abs($0 - $1) }.max()!, 1e-6)
        let half = image.rotated(degrees: 180)
        XCTAssertEqual(half.values[0], image.values[image.values.count - 3], accuracy: 2e-3)
        XCTAssertEqual(image.resized(height: 9, width: 13), image)
        XCTAssertEqual(
            gradientImage(channels: 1).converted(channels: 3).converted(channels: 1).values[5],
            gradientImage(channels: 1).values[5], accuracy: 1e-6)
    }
}
