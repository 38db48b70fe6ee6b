import PlumblineData
import XCTest

final class ImageGeometryTests: XCTestCase {
    private func geometry(
        _ height: Int, _ width: Int, _ change: (inout Preprocessing) -> Void
    ) -> ImageGeometry {
        var preprocessing = Preprocessing()
        change(&preprocessing)
        return preprocessing.geometry(of: Example.Size(height: height, width: width))
    }

    /// `Resize(256)` and `CenterCrop(224)` of torchvision, worked out by hand.
    func testShorterSide() {
        let photograph = geometry(375, 500) { $0.preset = .imagenet }
        XCTAssertEqual(photograph.resized, Example.Size(height: 256, width: 341))
        // (341 - 224) / 2 = 58.5, which Python rounds to 58.
        XCTAssertEqual(
            photograph.crop, ImageGeometry.Rectangle(y: 16, x: 58, height: 224, width: 224))
        XCTAssertEqual(
            photograph.visible, ImageGeometry.Rectangle(y: 23, x: 85, height: 329, width: 328))
        XCTAssertFalse(photograph.showsAll)
        let tall = geometry(500, 375) { $0.preset = .imagenetTimm }
        XCTAssertEqual(tall.resized, Example.Size(height: 330, width: 248))
        XCTAssertEqual(tall.crop, ImageGeometry.Rectangle(y: 53, x: 12, height: 224, width: 224))
    }

    func testSquareShowsAll() {
        XCTAssertTrue(geometry(375, 501) { _ in }.showsAll)
        let square = geometry(7, 12) { $0.resize = .cropSquare }
        XCTAssertEqual(square.visible, ImageGeometry.Rectangle(y: 0, x: 3, height: 7, width: 7))
    }

    func testVisibleIsNeverEmpty() {
        let thin = geometry(1, 100_000) { $0.preset = .imagenet }
        XCTAssertEqual(thin.visible.height, 1)
        XCTAssertEqual(thin.visible.width, 1)
        XCTAssertLessThan(thin.visible.x, 100_000)
    }

    /// A dot of the image and the same dot of its mask are at one place of the input.
    func testMasksFollowTheImage() throws {
        for rule in ResizeRule.allCases {
            var preprocessing = Preprocessing(size: 32)
            preprocessing.resize = rule
            preprocessing.shorterSide = 40
            preprocessing.interpolation = .nearest
            let (height, width) = (83, 121)
            var mask = Mask(height: height, width: width)
            for y in 30..<60 {
                for x in 50..<75 { mask.pixels[y * width + x] = true }
            }
            let image = RasterImage(
                height: height, width: width, channels: 1, values: mask.pixels.map { $0 ? 1 : 0 })
            let example = Example(
                id: "x", origin: "x", labels: [1],
                annotations: [Annotation(className: "square", region: Region(mask))]
            ) { image }
            let dataset = try ImageDataset(
                ExampleList(classes: ["square"], examples: [example]),
                preprocessing: preprocessing, target: "square")
            let sample = try dataset.sample(0)
            let resized = try XCTUnwrap(sample.mask)
            let differing = resized.pixels.indices.count {
                (sample.values[3 * $0] > 0) != resized.pixels[$0]
            }
            // PyTorch's nearest of masks and the nearest pixel of images differ at edges.
            XCTAssertLessThan(differing, 70, "\(rule)")
            XCTAssertGreaterThan(resized.area, 60, "\(rule)")
            let visible = try XCTUnwrap(dataset.mask(0))
            let rectangle = try dataset.geometry(0).visible
            XCTAssertEqual(visible.height, rectangle.height)
            XCTAssertEqual(visible.width, rectangle.width)
            XCTAssertEqual(visible.area, 30 * 25, "\(rule)")
        }
    }

    func testMaskOutsideTheCrop() throws {
        let region = try Region(
            Region.Box(x: 0, y: 0, width: 8, height: 50), height: 50, width: 100, name: "box")
        let edge = Annotation(className: "square", region: region)
        let examples = [[edge], []].enumerated().map { index, annotations in
            Example(
                id: "\(index)", origin: "x", labels: [1], annotations: annotations
            ) { RasterImage(height: 50, width: 100, channels: 1) }
        }
        let source = ExampleList(classes: ["square"], examples: examples)
        var preprocessing = Preprocessing(size: 32)
        preprocessing.resize = .cropSquare
        let cut = try ImageDataset(source, preprocessing: preprocessing, target: "square")
        XCTAssertNil(try cut.mask(0))
        XCTAssertNil(try cut.resizedMask(0))
        XCTAssertTrue(try cut.maskIsOutsideCrop(0))
        XCTAssertFalse(try cut.maskIsOutsideCrop(1))
        let whole = try ImageDataset(source, preprocessing: Preprocessing(), target: "square")
        XCTAssertEqual(try whole.mask(0)?.area, 8 * 50)
        XCTAssertFalse(try whole.maskIsOutsideCrop(0))
    }

    func testImpossiblePreprocessingIsRefused() {
        var preprocessing = Preprocessing()
        preprocessing.mean = [1, 2]
        XCTAssertThrowsError(
            try ImageDataset(
                ExampleList(classes: [], examples: []), preprocessing: preprocessing)
        ) { XCTAssertEqual("\($0)".prefix(20), "preprocessing: mean ") }
    }
}
