import Foundation
import PlumblineData
import XCTest

/// Markers on images.
final class DecoyTests: XCTestCase {
    private func decoy(_ shape: Decoy.Shape = .dot) -> Decoy {
        var decoy = Decoy()
        decoy.shape = shape
        return decoy
    }

    private func example(
        _ id: String, label: Float = 1, height: Int = 60, width: Int = 90, channels: Int = 3
    ) -> Example {
        Example(
            id: id, origin: id, labels: [0, label], size: { .init(height: height, width: width) }
        ) {
            RasterImage(height: height, width: width, channels: channels, filledWith: 0.25)
        }
    }

    private func marked(
        _ example: Example, _ decoy: Decoy, _ preprocessing: Preprocessing = .init(size: 32),
        use: Decoy.Use = .same
    ) throws -> Example {
        try example.marked(
            decoy, classIndex: 1, className: "finding", preprocessing: preprocessing, use: use)
    }

    private func pixels(_ example: Example) throws -> Mask? {
        try example.mask(of: "finding", part: Decoy.part)
    }

    /// The pixels that changed are those of the mask, and have the colour.
    func testTheMaskIsWhatWasDrawn() throws {
        for shape in [Decoy.Shape.dot, .square] {
            for corner in Decoy.Corner.allCases {
                var decoy = decoy(shape)
                decoy.corner = corner
                decoy.colour = [1, 0.5, 0]
                let example = try marked(example("a"), decoy)
                let image = try example.image()
                let mask = try XCTUnwrap(pixels(example))
                XCTAssertEqual([mask.height, mask.width], [60, 90])
                for (pixel, isMarked) in mask.pixels.enumerated() {
                    XCTAssertEqual(
                        Array(image.values[(3 * pixel)..<(3 * pixel + 3)]),
                        isMarked ? [1, 0.5, 0] : [0.25, 0.25, 0.25])
                }
                let places = mask.pixels.indices.filter { mask.pixels[$0] }
                let rows = places.map { $0 / 90 }
                let columns = places.map { $0 % 90 }
                let isBelow = corner == .bottomLeft || corner == .bottomRight
                let isRight = corner == .topRight || corner == .bottomRight
                // A tenth of 60 x 90, 3 and 4.5 pixels away from the edges.
                XCTAssertEqual(rows.min(), isBelow ? 51 : 3)
                XCTAssertEqual(rows.max(), isBelow ? 56 : 8)
                XCTAssertTrue((isRight ? [76, 77] : [4, 5]).contains(columns.min()!))
                if shape == .square {
                    XCTAssertEqual(places.count, 6 * 9)
                } else {
                    XCTAssertEqual(
                        Double(places.count), .pi / 4 * 6 * 9, accuracy: 5, corner.rawValue)
                }
                // The class's own mask is another.
                XCTAssertNil(try example.mask(of: "finding"))
            }
        }
    }

    /// With a cut the marker is where the model sees it.
    func testTheMarkerIsInsideTheCrop() throws {
        var preprocessing = Preprocessing(size: 32)
        preprocessing.resize = .cropFraction
        preprocessing.cropFraction = 0.8
        var decoy = decoy(.square)
        decoy.corner = .bottomRight
        let source = ExampleList(
            classes: ["other", "finding"],
            examples: [try marked(example("a"), decoy, preprocessing)])
        let dataset = try ImageDataset(source, preprocessing: preprocessing)
        let values = try dataset.sample(0).values
        let plain: Float = (0.25 - 0.5) / 0.5
        let seen = (0..<(32 * 32)).filter { values[3 * $0] > plain + 0.01 }
        XCTAssertEqual(Double(seen.count), 0.01 * 32 * 32, accuracy: 16)
        XCTAssertTrue(seen.allSatisfy { $0 / 32 > 24 && $0 % 32 > 24 })
        decoy.centre = [0.5, 0.5]
        let mask = try XCTUnwrap(pixels(try marked(example("a"), decoy, preprocessing)))
        XCTAssertTrue(mask.pixels[30 * 90 + 45])
        decoy.centre = [0, 1]
        decoy.size = 0.005
        XCTAssertEqual(try pixels(try marked(example("a"), decoy, preprocessing))?.area, 1)
    }

    /// The share of marked images with and without the class, and Pearson's correlation.
    func testHowOftenImagesAreMarked() {
        let count = 4000
        for (correlation, shares) in [
            (1, [1, 0]), (-1, [0, 1]), (0, [0.5, 0.5]), (0.6, [0.8, 0.2]),
        ] as [(Float, [Double])] {
            var decoy = decoy()
            decoy.correlation = correlation
            for (isOfClass, share) in zip([true, false], shares) {
                let marked = (0..<count).filter { decoy.marks("image \($0)", isOfClass: isOfClass) }
                XCTAssertEqual(Double(marked.count) / Double(count), share, accuracy: 0.025)
            }
            let flags = (0..<count).map { (index: Int) -> (Double, Double) in
                let isOfClass = index % 2 == 0
                return (isOfClass ? 1 : 0, decoy.marks("\(index)", isOfClass: isOfClass) ? 1 : 0)
            }
            let means = (
                flags.reduce(0) { $0 + $1.0 } / Double(count),
                flags.reduce(0) { $0 + $1.1 } / Double(count)
            )
            var sums = (0.0, 0.0, 0.0)
            for (a, b) in flags {
                sums.0 += (a - means.0) * (b - means.1)
                sums.1 += (a - means.0) * (a - means.0)
                sums.2 += (b - means.1) * (b - means.1)
            }
            XCTAssertEqual(
                sums.0 / (sums.1 * sums.2).squareRoot(), Double(correlation), accuracy: 0.04)
        }
        var own = decoy()
        own.probabilities = [0.3, 0.05]
        let some = (0..<count).filter { own.marks("\($0)", isOfClass: true) }
        XCTAssertEqual(Double(some.count) / Double(count), 0.3, accuracy: 0.03)
    }

    func testTheDrawFollowsFromTheName() {
        var decoy = decoy()
        decoy.correlation = 0
        let names = (0..<200).map { "n\($0)" }
        func marks(_ decoy: Decoy, _ use: Decoy.Use = .same) -> [Bool] {
            names.map { decoy.marks($0, isOfClass: true, use) }
        }
        XCTAssertEqual(marks(decoy), marks(decoy))
        XCTAssertEqual(marks(decoy, .flipped), marks(decoy).map { !$0 })
        XCTAssertEqual(marks(decoy, .all), names.map { _ in true })
        XCTAssertEqual(marks(decoy, .none), names.map { _ in false })
        var other = decoy
        other.seed = 1
        XCTAssertNotEqual(marks(decoy), marks(other))
        XCTAssertEqual(marks(Decoy(), .all), names.map { _ in false }, "no marker is drawn")
    }

    func testGreyImages() throws {
        let grey = example("a", channels: 1)
        var decoy = decoy(.square)
        decoy.colour = [1, 0, 0]
        let coloured = try marked(grey, decoy).image()
        XCTAssertEqual(coloured.channels, 3)
        XCTAssertEqual(coloured.values.max(), 1)
        XCTAssertEqual(Array(coloured.values.suffix(3)), [0.25, 0.25, 0.25])
        var preprocessing = Preprocessing(size: 32)
        preprocessing.channels = 1
        let own = try marked(grey, decoy, preprocessing).image()
        XCTAssertEqual(own.channels, 1)
        XCTAssertEqual(own.values.max() ?? 0, 0.299, accuracy: 1e-6)
        decoy.colour = [0.75]
        XCTAssertEqual(try marked(grey, decoy).image().channels, 1)
    }

    func testAnImageOfAnotherSizeIsAnError() throws {
        let wrong = Example(
            id: "w", origin: "w", labels: [0, 1], size: { .init(height: 10, width: 10) }
        ) { RasterImage(height: 4, width: 4, channels: 3) }
        let example = try marked(wrong, decoy())
        XCTAssertThrowsError(try example.image()) {
            XCTAssertTrue("\($0)".contains("w is 4 x 4, and its size was read as 10 x 10"), "\($0)")
        }
        let unlabelled = Example(id: "u", origin: "u", labels: []) {
            RasterImage(height: 4, width: 4, channels: 3)
        }
        XCTAssertThrowsError(try marked(unlabelled, decoy()))
    }

    func testContradictions() {
        func key(_ change: (inout Decoy) -> Void) -> String? {
            var decoy = decoy()
            change(&decoy)
            return decoy.contradiction?.key
        }
        XCTAssertNil(key { _ in })
        XCTAssertEqual(key { $0.centre = [0.5] }, "at")
        XCTAssertEqual(key { $0.probabilities = [0.5, 0.2, 0.1] }, "probabilities")
        XCTAssertEqual(key { $0.colour = [0.5, 0.2] }, "colour")
    }
}
