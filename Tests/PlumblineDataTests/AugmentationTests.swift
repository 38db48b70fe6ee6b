import Foundation
import PlumblineData
import PlumblineTensors
import XCTest

/// Random changes of training images.
///
/// `Tools/oracle/augmentation_fixture.py` makes the file of
/// torchvision's values.
final class AugmentationTests: XCTestCase {
    private struct Geometry: Decodable {
        let degrees: Float
        let shear: Float
        let scale: Float
        let shiftY: Float
        let shiftX: Float
        let fill: Float
        let expected: Data
    }

    private struct Crop: Decodable {
        let y: Int
        let x: Int
        let height: Int
        let width: Int
        let expected: Data
    }

    private struct Colour: Decodable {
        let channels: Int
        let kind: String
        let factor: Float
        let expected: Data

        var change: ColourJitter.Change {
            switch kind {
            case "brightness": .brightness(factor)
            case "contrast": .contrast(factor)
            case "saturation": .saturation(factor)
            default: .hue(factor)
            }
        }
    }

    private struct Sides: Decodable {
        let share: Float
        let aspect: Float
        let height: Int
        let width: Int
    }

    private struct Central: Decodable {
        let low: Float
        let high: Float
        let y: Int
        let x: Int
        let height: Int
        let width: Int
    }

    private struct Square: Decodable {
        let size: Int
        let length: Int
        let centreY: Int
        let centreX: Int
        let y: Int
        let x: Int
        let height: Int
        let width: Int
    }

    private struct Torchvision: Decodable {
        let geometry: [Geometry]
        let crops: [Crop]
        let colours: [Colour]
        let sizes: [Sides]
        let central: [Central]
        let cutout: [Square]
    }

    private func torchvision() throws -> Torchvision {
        try JSONDecoder().decode(Torchvision.self, from: Fixture.data("augmentation.json"))
    }

    /// The image of the script.
    private func pattern(channels: Int = 3) -> RasterImage {
        var image = RasterImage(height: 12, width: 12, channels: channels)
        for y in 0..<12 {
            for x in 0..<12 {
                for c in 0..<channels {
                    let value = (y * 37 + x * 91 + c * 53 + x * y % 11 * 29) % 256
                    image.values[(y * 12 + x) * channels + c] = Float(value) / 255
                }
            }
        }
        return image
    }

    private func worst(_ image: RasterImage, _ expected: Data) -> Float {
        let values = expected.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        guard values.count == image.values.count else { return .infinity }
        return zip(image.values, values).map { abs($0 - $1) }.max() ?? .infinity
    }

    // MARK: torchvision

    func testAffineAsTorchvision() throws {
        for entry in try torchvision().geometry {
            let map = RandomAffine.Draw(
                degrees: entry.degrees, shear: entry.shear, scale: entry.scale,
                shiftY: entry.shiftY, shiftX: entry.shiftX
            ).map
            let result = AffineSampling(map: map, fill: entry.fill)(pattern())
            XCTAssertLessThan(worst(result, entry.expected), 2e-5, "\(entry)")
        }
    }

    func testCropAsTorchvision() throws {
        for entry in try torchvision().crops {
            let part = ImageGeometry.Rectangle(
                y: entry.y, x: entry.x, height: entry.height, width: entry.width)
            let result = AffineSampling(map: .crop(part, of: 12), crop: part)(pattern())
            XCTAssertLessThan(worst(result, entry.expected), 2e-6, "\(entry)")
        }
    }

    func testColoursAsTorchvision() throws {
        for entry in try torchvision().colours {
            let result = pattern(channels: entry.channels).changed(entry.change)
            XCTAssertLessThan(
                worst(result, entry.expected), 2e-6, "\(entry.kind) \(entry.factor)")
        }
    }

    func testCropSizesAsTorchvision() throws {
        let torchvision = try torchvision()
        XCTAssertGreaterThan(torchvision.sizes.count, 50)
        for entry in torchvision.sizes {
            let sides = RandomResizedCrop.sides(share: entry.share, aspect: entry.aspect, of: 224)
            XCTAssertEqual(sides.height, entry.height, "\(entry)")
            XCTAssertEqual(sides.width, entry.width, "\(entry)")
        }
        for entry in torchvision.central {
            var crop = RandomResizedCrop()
            crop.aspect = entry.low...entry.high
            XCTAssertEqual(
                crop.central(224),
                ImageGeometry.Rectangle(
                    y: entry.y, x: entry.x, height: entry.height, width: entry.width))
        }
    }

    func testCropsAreInRange() {
        var crop = RandomResizedCrop()
        crop.area = 0.2...0.7
        var random = RandomGenerator(seed: 1)
        for _ in 0..<2000 {
            let part = crop.draw(size: 50, &random)
            XCTAssertGreaterThanOrEqual(min(part.y, part.x), 0)
            XCTAssertLessThanOrEqual(max(part.y + part.height, part.x + part.width), 50)
            let area = Float(part.height * part.width) / 2500
            XCTAssertTrue((0.18...0.72).contains(area), "\(area)")
            let aspect = Float(part.width) / Float(part.height)
            XCTAssertTrue((0.7...1.42).contains(aspect), "\(aspect)")
        }
    }

    // MARK: Cutout

    func testCutoutSquaresAsTheAuthors() throws {
        for entry in try torchvision().cutout {
            XCTAssertEqual(
                Cutout.square(
                    length: entry.length, y: entry.centreY, x: entry.centreX, size: entry.size),
                ImageGeometry.Rectangle(
                    y: entry.y, x: entry.x, height: entry.height, width: entry.width))
        }
    }

    /// Hidden pixels have the mean, and leave the mask unless it keeps them.
    func testWhatCutoutHides() throws {
        let size = 20
        let image = noise(seed: 4, size: size)
        let whole = Mask(
            height: size, width: size, pixels: [Bool](repeating: true, count: size * size))
        let example = Example(
            id: "x", origin: "x", labels: [1],
            annotations: [Annotation(className: "a", region: Region(whole))]
        ) { image }
        let source = ExampleList(classes: ["a"], examples: [example])
        var preprocessing = Preprocessing(size: size)
        preprocessing.mean = [0.3, 0.5, 0.7]
        var hiddenImages = 0
        for maskPixels in Cutout.MaskPixels.allCases {
            var augmentation = Augmentation()
            augmentation.cutout.side = 0.4
            augmentation.cutout.count = 2
            augmentation.cutout.maskPixels = maskPixels
            let dataset = try ImageDataset(
                source, preprocessing: preprocessing, augmentation: augmentation, target: "a")
            let plain = try dataset.sample(0).values
            for seed in 0..<20 {
                let sample = try dataset.sample(0, random: RandomGenerator(seed: UInt64(seed)))
                let mask = try XCTUnwrap(sample.mask)
                var hidden = 0
                for pixel in 0..<(size * size) {
                    let own = Array(sample.values[(3 * pixel)..<(3 * pixel + 3)])
                    let isHidden = own == [0, 0, 0]
                    hidden += isHidden ? 1 : 0
                    if !isHidden { XCTAssertEqual(own[0], plain[3 * pixel]) }
                    XCTAssertEqual(mask.pixels[pixel], !isHidden || maskPixels == .keep)
                }
                // Squares of 8 x 8, at least a quarter of one inside.
                XCTAssertTrue((16...128).contains(hidden), "\(hidden)")
                hiddenImages += hidden > 64 ? 1 : 0
            }
        }
        XCTAssertGreaterThan(hiddenImages, 5, "two squares hide more than one can")
    }

    // MARK: Bits of before

    /// Rotation and flip as they were before they became one map, written out.
    private func formerly(
        _ image: RasterImage, degrees: Float, flips: Bool
    ) -> RasterImage {
        let (height, width, channels) = (image.height, image.width, image.channels)
        let angle = degrees * .pi / 180
        let (cosine, sine) = (Foundation.cos(angle), Foundation.sin(angle))
        let (centreY, centreX) = (Float(height - 1) / 2, Float(width - 1) / 2)
        var result = RasterImage(height: height, width: width, channels: channels)
        for y in 0..<height {
            for x in 0..<width {
                let dy = Float(y) - centreY
                let dx = Float(x) - centreX
                let sourceY = centreY + sine * dx + cosine * dy
                let sourceX = centreX + cosine * dx - sine * dy
                let top = Int(sourceY.rounded(.down))
                let left = Int(sourceX.rounded(.down))
                let (below, right) = (sourceY - Float(top), sourceX - Float(left))
                for (row, weightY) in [(top, 1 - below), (top + 1, below)] {
                    for (column, weightX) in [(left, 1 - right), (left + 1, right)]
                    where weightY * weightX > 0 && (0..<height).contains(row)
                        && (0..<width).contains(column)
                    {
                        for c in 0..<channels {
                            result.values[(y * width + x) * channels + c] +=
                                weightY * weightX
                                * image.values[(row * width + column) * channels + c]
                        }
                    }
                }
            }
        }
        guard flips else { return result }
        var mirrored = result
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    mirrored.values[(y * width + x) * channels + c] =
                        result.values[(y * width + width - 1 - x) * channels + c]
                }
            }
        }
        return mirrored
    }

    func testRotationAndFlipKeepTheirBits() {
        var augmentation = Augmentation()
        augmentation.rotation = 15
        augmentation.flips = true
        var flipped = 0
        for seed in 0..<40 {
            var random = RandomGenerator(seed: UInt64(seed))
            var image = noise(seed: UInt64(seed), size: seed % 2 == 0 ? 17 : 24)
            let original = image
            var mask: Mask?
            augmentation.change(&image, &mask, random)
            let degrees = random.uniform(-15, 15)
            let flips = random.uniform() < 0.5
            flipped += flips ? 1 : 0
            let expected = formerly(original, degrees: degrees, flips: flips)
            XCTAssertEqual(
                image.values.map(\.bitPattern), expected.values.map(\.bitPattern), "\(seed)")
        }
        XCTAssertTrue((10...30).contains(flipped))
    }

    private func noise(seed: UInt64, size: Int) -> RasterImage {
        var random = RandomGenerator(seed: seed &+ 100)
        var image = RasterImage(height: size, width: size, channels: 3)
        for index in image.values.indices { image.values[index] = random.uniform() }
        return image
    }

    // MARK: Properties

    private static let operations: [(name: String, set: @Sendable (inout Augmentation) -> Void)] = [
        ("rotation", { $0.rotation = 40 }), ("flips", { $0.flips = true }),
        ("vertical flips", { $0.flipsVertically = true }),
        ("scale", { $0.affine.scale = 0.7...1.4 }), ("shear", { $0.affine.shear = 30 }),
        ("translation", { $0.affine.translation = 0.2 }), ("crop", { $0.crop.area = 0.4...0.9 }),
        (
            "all",
            {
                $0.rotation = 25
                $0.flips = true
                $0.flipsVertically = true
                $0.affine.scale = 0.8...1.3
                $0.affine.shear = 15
                $0.affine.translation = 0.1
                $0.crop.area = 0.5...1
            }
        ),
    ]

    /// A picture that is a mask stays that mask.
    func testImageAndMaskMoveTogether() throws {
        let size = 64
        var shape = Mask(height: size, width: size)
        for y in 18..<50 {
            for x in 14..<(y < 34 ? 52 : 30) { shape.pixels[y * size + x] = true }
        }
        let picture = RasterImage(
            height: size, width: size, channels: 1, values: shape.pixels.map { $0 ? 1 : 0 })
        for (name, set) in Self.operations {
            var augmentation = Augmentation()
            set(&augmentation)
            XCTAssertTrue(augmentation.isOn)
            var moved = 0
            for seed in 0..<25 {
                var image = picture
                var mask: Mask? = shape
                augmentation.change(&image, &mask, RandomGenerator(seed: UInt64(seed)))
                let seen = image.values.map { $0 > 0.5 }
                let pixels = try XCTUnwrap(mask).pixels
                let both = zip(seen, pixels).filter { $0 && $1 }.count
                let either = zip(seen, pixels).filter { $0 || $1 }.count
                XCTAssertGreaterThan(either, 0, name)
                XCTAssertGreaterThan(Double(both) / Double(max(1, either)), 0.95, "\(name) \(seed)")
                if pixels != shape.pixels { moved += 1 }
            }
            XCTAssertGreaterThan(moved, 5, name)
        }
    }

    /// One more operation does not change what the others draw.
    func testOperationsDrawFromTheirOwnStreams() {
        var flips = Augmentation()
        flips.flips = true
        var more = flips
        more.colour.brightness = 0.5
        for seed in 0..<10 {
            let random = RandomGenerator(seed: UInt64(seed))
            var a = pattern()
            var b = pattern()
            var mask: Mask?
            flips.change(&a, &mask, random)
            more.change(&b, &mask, random)
            // Brightness is one factor, where nothing is cut off.
            let pairs = zip(a.values, b.values).filter { $0 > 0.01 && $1 < 1 }
            let ratios = pairs.map { $1 / $0 }
            XCTAssertLessThan((ratios.max() ?? 2) - (ratios.min() ?? 0), 1e-4, "\(seed)")
        }
    }

    func testNothingIsOnByDefault() {
        XCTAssertFalse(Augmentation().isOn)
        var image = pattern()
        var mask: Mask? = Mask(height: 12, width: 12)
        Augmentation().change(&image, &mask, RandomGenerator(seed: 1))
        XCTAssertEqual(image, pattern())
        XCTAssertEqual(mask, Mask(height: 12, width: 12))
    }

    /// Evaluation takes samples without a generator: they are never changed.
    func testOnlySamplesWithAGeneratorAreChanged() throws {
        let image = noise(seed: 3, size: 16)
        var augmentation = Augmentation()
        Self.operations.last!.set(&augmentation)
        augmentation.colour.contrast = 0.5
        let example = Example(id: "x", origin: "x", labels: []) { image }
        let source = ExampleList(classes: [], examples: [example])
        let plain = try ImageDataset(source, preprocessing: Preprocessing(size: 16))
        let changing = try ImageDataset(
            source, preprocessing: Preprocessing(size: 16), augmentation: augmentation)
        XCTAssertEqual(try changing.sample(0).values, try plain.sample(0).values)
        let random = RandomGenerator(seed: 8)
        let changed = try changing.sample(0, random: random).values
        XCTAssertNotEqual(changed, try plain.sample(0).values)
        XCTAssertEqual(changed, try changing.sample(0, random: random).values)
        let other = try changing.sample(0, random: RandomGenerator(seed: 9)).values
        XCTAssertNotEqual(changed, other)
        XCTAssertEqual(
            changed, try changing.subset([0]).sample(0, random: random).values)
    }
}
