import PlumblineData
import XCTest

/// Images that are computed: a bright square, and its box.
private struct Squares: ImageSource {
    let classes = ["square", "circle"]
    let count = 4

    func example(_ index: Int) throws -> Example {
        let box = Region.Box(x: Double(index), y: 2, width: 3, height: 4)
        let region = try Region(box, height: 12, width: 10, name: "square \(index)")
        return Example(
            id: "square \(index)", origin: "generated", labels: [1, 0], group: "g\(index / 2)",
            annotations: [Annotation(className: "square", region: region)],
            decode: {
                RasterImage(
                    height: 12, width: 10, channels: 1,
                    values: try region.mask().pixels.map { $0 ? 1 : 0 })
            })
    }
}

final class ImageSourceTests: XCTestCase {
    func testRegionsOfOneShapeHaveTheSamePixels() throws {
        var mask = Mask(height: 5, width: 6)
        for y in 1..<4 { for x in 2..<5 { mask.pixels[y * 6 + x] = true } }
        let box = Region.Box(x: 2, y: 1, width: 3, height: 3)
        let corners: [(x: Double, y: Double)] = [(2, 1), (4, 1), (4, 3), (2, 3)]
        let runs = [11, 3, 2, 3, 2, 3, 6]
        let regions = [
            Region(mask),
            try Region(box, height: 5, width: 6, name: "box"),
            try Region(polygons: [corners], height: 5, width: 6, name: "polygon"),
            try Region(runs: runs, height: 5, width: 6, name: "runs"),
            try Region(
                code: RunLengthEncoding.encode(mask), height: 5, width: 6, name: "code"),
        ]
        for region in regions { XCTAssertEqual(try region.mask(), mask) }
    }

    func testABoxIsCutAtTheImageAndHostileOnesAreRefused() throws {
        let outside = Region.Box(x: -1e300, y: 3, width: 2e300, height: 1e300)
        let mask = try Region(outside, height: 5, width: 6, name: "x").mask()
        XCTAssertEqual(mask.area, 12)
        let negative = Region.Box(x: 0, y: 0, width: -1, height: 1)
        XCTAssertThrowsError(try Region(negative, height: 5, width: 6, name: "x"))
        let unknown = Region.Box(x: .nan, y: 0, width: 1, height: 1)
        XCTAssertThrowsError(try Region(unknown, height: 5, width: 6, name: "x"))
        XCTAssertThrowsError(try Region(outside, height: 1 << 40, width: 6, name: "x"))
    }

    func testABatchOfOnesOwnSourceKnowsItself() throws {
        var preprocessing = Preprocessing()
        preprocessing.size = 12
        let dataset = try ImageDataset(Squares(), preprocessing: preprocessing, target: "square")
        let loader = BatchLoader(dataset, batches: [[3, 1]])
        let batch = try XCTUnwrap(try loader.next())
        XCTAssertEqual(batch.ids, ["square 3", "square 1"])
        XCTAssertEqual(batch.groups, ["g1", "g0"])
        XCTAssertEqual(batch.labels.values, [1, 0, 1, 0])
        let source = try XCTUnwrap(try Squares().example(3).mask(of: "square"))
        let mask = source.resized(height: 12, width: 12)
        XCTAssertEqual(batch.masks[0]?.values, mask.pixels.map { $0 ? 1 : 0 })
        XCTAssertNil(try loader.next())
        XCTAssertThrowsError(
            try ImageDataset(Squares(), preprocessing: preprocessing, target: "triangle"))
    }

    func testPartsAndSeveralObjectsOfAClass() throws {
        func annotation(_ x: Double, part: String? = nil, height: Int = 2) throws -> Annotation {
            let box = Region.Box(x: x, y: 0, width: 1, height: 1)
            let region = try Region(box, height: height, width: 3, name: "box")
            return Annotation(className: "bird", part: part, region: region)
        }
        var example = Example(
            id: "a", file: "none", labels: [1],
            annotations: [try annotation(0), try annotation(2), try annotation(1, part: "wing")])
        let off = [Bool](repeating: false, count: 3)
        XCTAssertEqual(try example.mask(of: "bird")?.pixels, [true, false, true] + off)
        XCTAssertEqual(
            try example.mask(of: "bird", part: "wing")?.pixels, [false, true, false] + off)
        XCTAssertNil(try example.mask(of: "cat"))
        example.annotations.append(try annotation(0, height: 4))
        XCTAssertThrowsError(try example.mask(of: "bird"))
    }
}
