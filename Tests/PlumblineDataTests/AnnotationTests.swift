import PlumblineData
import Foundation
import PlumblineTensors
import XCTest

final class AnnotationTests: XCTestCase {
    func testRunLengthRoundTrip() throws {
        var random = RandomGenerator(seed: 1)
        for (height, width, share) in [
            (1, 1, 1.0), (7, 5, 0.5), (64, 33, 0.02), (13, 17, 0.0), (300, 200, 0.9),
        ] {
            let mask = Mask(
                height: height, width: width,
                pixels: (0..<(height * width)).map { _ in Double(random.uniform()) < share })
            XCTAssertEqual(
                try RunLengthEncoding.decode(
                    RunLengthEncoding.encode(mask), height: height, width: width, name: "x"), mask)
        }
    }

    /// Runs 9, 2, 2, 2, 2, 2, 5 down the columns; from the fourth on each as the difference from
    /// the run two before.
    func testRunLengthKnownCode() throws {
        var mask = Mask(height: 4, width: 6)
        for y in 1...2 { for x in 2...4 { mask.pixels[y * 6 + x] = true } }
        XCTAssertEqual(RunLengthEncoding.encode(mask), "9220003")
    }

    func testDamagedRunLengthCodesAreRefused() {
        for code in ["", "1", "\u{1}", "oooooooooooo", "9999"] {
            XCTAssertThrowsError(
                try RunLengthEncoding.decode(code, height: 4, width: 4, name: "image: finding"),
                code)
        }
    }

    /// Masks by Pillow's `ImageDraw.polygon(outline=1, fill=1)`, as sums over rows of x-weighted
    /// pixels.
    func testPolygonsAgainstPillow() throws {
        for (index, entry) in PillowPolygons.all.enumerated() {
            var mask = Mask(height: 40, width: 48)
            PolygonFill.fill(entry.corners, in: &mask)
            let rows = (0..<40).map { y in
                String((0..<48).map { mask.pixels[y * 48 + $0] ? "1" : "0" })
            }
            let hash = rows.joined().utf8.reduce(UInt32(2_166_136_261)) {
                ($0 ^ UInt32($1)) &* 16_777_619
            }
            XCTAssertEqual(mask.area, entry.area, "polygon \(index)")
            XCTAssertEqual(hash, entry.hash, "polygon \(index)")
        }
    }

    /// The edges of a line are looked up, not searched for; the pixels are still Pillow's.
    func testPolygonsOfManyCornersAgainstPillow() throws {
        for (index, entry) in PillowPolygons.large.enumerated() {
            var mask = Mask(height: entry.height, width: entry.width)
            PolygonFill.fill(
                PillowPolygons.corners(entry.count, entry.seed, entry.width, entry.height),
                in: &mask)
            let hash = mask.pixels.reduce(UInt32(2_166_136_261)) {
                ($0 ^ ($1 ? 49 : 48)) &* 16_777_619
            }
            XCTAssertEqual(mask.area, entry.area, "polygon \(index)")
            XCTAssertEqual(hash, entry.hash, "polygon \(index)")
        }
    }

    func testNearestPlacesArePyTorchs() {
        for (from, to, expected) in TorchNearest.all {
            var hash = UInt32(2_166_136_261)
            for place in Mask.nearestSources(from: from, to: to) {
                withUnsafeBytes(of: UInt32(place).littleEndian) {
                    for byte in $0 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
                }
            }
            XCTAssertEqual(hash, expected, "\(from) to \(to)")
        }
        // In exact arithmetic 7 rows of 2320 to 224 differ.
        let places = Mask.nearestSources(from: 2320, to: 224)
        XCTAssertEqual(places.indices.filter { places[$0] != $0 * 2320 / 224 }.count, 7)
    }

    func testPolygonsOfTheSampleEqualItsRunLengthCodes() throws {
        let folder = try sampleFolder()
        let polygons = try Localizations("\(folder)/gt_annotations_val.json")
        let codes = try Localizations("\(folder)/gt_segmentations_val.json")
        var compared = 0
        for image in codes.images {
            for finding in codes.findings(in: image) {
                guard let expected = try codes.mask(finding, in: image) else { continue }
                XCTAssertTrue(
                    try polygons.mask(finding, in: image) == expected, "\(image), \(finding)")
                compared += 1
            }
        }
        XCTAssertGreaterThan(compared, 0)
    }

    func testMasksFollowThePicture() {
        var mask = Mask(height: 8, width: 8)
        mask.pixels[1 * 8 + 6] = true
        XCTAssertTrue(mask.flipped.pixels[1 * 8 + 1])
        XCTAssertTrue(mask.rotated(degrees: 180).pixels[6 * 8 + 1])
        XCTAssertTrue(mask.resized(height: 16, width: 16).pixels[2 * 16 + 12])
        XCTAssertEqual(mask.resized(height: 16, width: 16).area, 4)
    }
}

/// The two real radiographs, where the checkout has them beside it.
func sampleFolder() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../../shared/chexlocalize-sample"
    ).standardized.path
    guard FileManager.default.fileExists(atPath: folder) else {
        throw XCTSkip("the CheXlocalize sample is not beside this checkout")
    }
    return folder
}
