import PlumblineData
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
            "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX/AAAAAP9sof2OAAAACklEQVR4"
            + "nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg=="
        let alpha =
            "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGPkEpFjkJOTawAAAzABGGca"
            + "DHsAAAAASUVORK5CYII="
        let first = try RasterImage.decode(Data(base64Encoded: palette)!, name: "palette")
        XCTAssertEqual(first.values, [1, 0, 0, 0, 0, 1])
        let second = try RasterImage.decode(Data(base64Encoded: alpha)!, name: "alpha")
        XCTAssertEqual(second.channels, 3)
        XCTAssertEqual(second.values.map { Int(($0 * 255).rounded()) }, [10, 20, 30, 40, 50, 60])
    }

    func testDamagedFilesAreRefused() throws {
        let png = try gradientImage(channels: 3, height: 64, width: 64).png()
        let jpeg = try gradientImage(channels: 3, height: 64, width: 64).jpeg()
        for (name, data) in [("png", png), ("jpeg", jpeg)] {
            for share in [0.1, 0.5, 0.9] {
                let cut = data.prefix(Int(Double(data.count) * share))
                XCTAssertThrowsError(try RasterImage.decode(Data(cut), name: "image.\(name)")) {
                    XCTAssertTrue("\($0)".hasPrefix("image.\(name): "))
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
        let pictures = [
            PillowImages.cmyk, PillowImages.ycck, PillowImages.extraneous, PillowImages.progressive,
        ]
        for picture in pictures.map(data) {
            for _ in 0..<200 {
                var bent = picture
                bent[Int.random(in: 2..<bent.count, using: &random)] ^= UInt8.random(
                    in: 1...255, using: &random)
                _ = try? RasterImage.decode(bent, name: "bent")
            }
        }
    }

    /// CMYK, YCCK, extraneous bytes and progressive scans, in whole numbers.
    func testJPEGsAsPillowDecodesThem() throws {
        let expected: [(String, String, UInt32)] = [
            ("cmyk", PillowImages.cmyk, PillowImages.cmykHash),
            ("ycck", PillowImages.ycck, PillowImages.ycckHash),
            ("extraneous", PillowImages.extraneous, PillowImages.extraneousHash),
            ("progressive", PillowImages.progressive, PillowImages.progressiveHash),
            ("colour", PillowImages.colour, PillowImages.colourHash),
        ]
        for (name, text, hash) in expected {
            let image = try RasterImage.decode(data(text), name: name)
            let found = image.values.reduce(UInt32(2_166_136_261)) {
                ($0 ^ UInt32(($1 * 255).rounded())) &* 16_777_619
            }
            XCTAssertEqual(found, hash, name)
        }
    }

    private func data(_ base64: String) -> Data { Data(base64Encoded: base64)! }

    /// One harmless warning does not hide that the picture is cut or damaged further on.
    func testOtherWarningsAreErrors() throws {
        let whole = data(PillowImages.extraneous)
        let cut = whole.prefix(whole.count - 40)
        XCTAssertTrue(message(cut).contains("Premature end"), message(cut))
        var bent = whole
        let last = try XCTUnwrap(whole.range(of: Data([0xFF, 0xD2]))).upperBound
        bent.replaceSubrange(last..<(last + 8), with: Data([0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0]))
        XCTAssertTrue(message(bent).contains("Corrupt JPEG data"), message(bent))
    }

    private func message(_ data: Data) -> String {
        do { _ = try RasterImage.decode(data, name: "x") } catch { return "\(error)" }
        return "nothing was thrown"
    }

    func testSmallFilesThatClaimMuch() throws {
        XCTAssertTrue(message(data(PillowImages.bomb)).contains("too large"))
        XCTAssertTrue(message(data(PillowImages.bomb16)).contains("too large"))
        XCTAssertTrue(message(data(PillowImages.claims)).contains("more than its data can hold"))
        // A header that claims 60000 x 200, with the data of 16 x 24.
        var jpeg = data(PillowImages.colour)
        let frame = try XCTUnwrap(jpeg.range(of: Data([0xFF, 0xC0]))).upperBound
        jpeg.replaceSubrange((frame + 3)..<(frame + 7), with: Data([0xEA, 0x60, 0, 200]))
        XCTAssertTrue(message(jpeg).contains("more than its data can hold"), message(jpeg))
        // The last scan, many times.
        let progressive = data(PillowImages.twoScans)
        let scan = try XCTUnwrap(
            progressive.range(of: Data([0xFF, 0xDA]), options: .backwards)
        ).lowerBound
        let repeated = progressive[scan..<(progressive.count - 2)]
        let many = (0..<600).reduce(into: Data(progressive[..<scan])) { data, _ in data += repeated
        }
        let found = message(many + [0xFF, 0xD9])
        XCTAssertTrue(found.contains("too many scans"), found)
    }

    /// A chunk of text that claims 512 MB, between the header and the pixels, takes no memory.
    func testAChunkThatClaimsMuch() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/x.png"
        try gradientImage(channels: 3, height: 20, width: 20).write(path)
        let plain = try Data(contentsOf: URL(fileURLWithPath: path))
        let afterHeader = 8 + 12 + 13
        let claim: [UInt8] = [0x20, 0, 0, 0] + Array("tEXt".utf8) + Array("key".utf8)
        let status = { () throws -> Int in
            let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            return try XCTUnwrap(Int(line!.split(separator: " ").dropFirst().first!))
        }
        let before = try status()
        let found = message(plain[..<afterHeader] + claim + plain[afterHeader...])
        XCTAssertTrue(found.contains("not a whole PNG image"), found)
        XCTAssertLessThan(try status() - before, 100_000, "kilobytes")
    }

    func testSizesFromHeaders() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for channels in [1, 3] {
            let image = gradientImage(channels: channels, height: 21, width: 34)
            for name in ["x.png", "x.jpg"] {
                try image.write("\(folder.path)/\(name)")
                let size = try ImageHeader.size("\(folder.path)/\(name)")
                XCTAssertTrue(size == (height: 21, width: 34), name)
            }
        }
        // A profile longer than what is read at first.
        let jpeg = try gradientImage(channels: 1, height: 21, width: 34).jpeg()
        let block = Data([0xFF, 0xE2, 0xFF, 0xFF]) + Data(repeating: 7, count: 65533)
        let path = try folder.write(jpeg.prefix(2) + block + block + jpeg.dropFirst(2), to: "y.jpg")
        XCTAssertTrue(try ImageHeader.size(path) == (height: 21, width: 34))
        for (name, bytes) in [("cut.jpg", jpeg.prefix(30)), ("text.png", Data("hello".utf8))] {
            let path = try folder.write(bytes, to: name)
            XCTAssertTrue(folder.message { _ = try ImageHeader.size(path) }.hasPrefix(path))
        }
        XCTAssertThrowsError(try ImageHeader.size(folder.path))
    }

    func testThinImages() {
        for (height, width) in [(1, 2048), (20000, 1), (1, 1)] {
            let image = gradientImage(channels: 3, height: height, width: width)
            XCTAssertEqual(image.resized(height: 32, width: 32).values.count, 32 * 32 * 3)
            XCTAssertTrue(
                image.resized(height: 32, width: 32, antialias: true).values.allSatisfy(\.isFinite))
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
