import Foundation
import PlumblineData
import PlumblineTensors
import XCTest

/// Cutting and resizing as torchvision and Pillow do it; `Tools/oracle/preprocessing_fixture.py`
/// makes the file.
final class ResizingTests: XCTestCase {
    private struct Case: Decodable {
        let height: Int
        let width: Int
        let channels: Int
        let rule: String
        let interpolation: String
        let antialias: Bool
        let values: String
        let expected: Data

        var name: String {
            "\(height)x\(width)x\(channels) \(rule) \(interpolation) \(antialias) \(values)"
        }

        var preprocessing: Preprocessing {
            get throws {
                var settings = Preprocessing(size: 16)
                settings.channels = channels
                settings.resize = try XCTUnwrap(ResizeRule(rawValue: rule))
                settings.shorterSide = 19
                settings.cropFraction = 0.9
                settings.interpolation = try XCTUnwrap(Interpolation(rawValue: interpolation))
                settings.antialias = antialias
                settings.resizeValues = try XCTUnwrap(ResizeValues(rawValue: values))
                settings.mean = [0]
                settings.deviation = [1]
                return settings
            }
        }

        /// The source image, as the script makes it.
        var image: RasterImage {
            var image = RasterImage(height: height, width: width, channels: channels)
            for y in 0..<height {
                for x in 0..<width {
                    for c in 0..<channels {
                        let value = (y * 37 + x * 91 + c * 53 + x * y % 11 * 29) % 256
                        image.values[(y * width + x) * channels + c] = Float(value) / 255
                    }
                }
            }
            return image
        }

        var expectedValues: [Float] {
            if values == "pillow" { return expected.map { Float($0) / 255 } }
            return expected.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        }
    }

    private func input(of image: RasterImage, _ preprocessing: Preprocessing) throws -> [Float] {
        let example = Example(id: "x", origin: "x", labels: []) { image }
        let source = ExampleList(classes: [], examples: [example])
        return try ImageDataset(source, preprocessing: preprocessing).sample(0).values
    }

    func testAsTorchvisionAndPillow() throws {
        let cases = try JSONDecoder().decode([Case].self, from: Fixture.data("resizing.json"))
        XCTAssertGreaterThan(cases.count, 60)
        for `case` in cases {
            let values = try input(of: `case`.image, `case`.preprocessing)
            let expected = `case`.expectedValues
            XCTAssertEqual(values.count, expected.count, `case`.name)
            let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            // Whole numbers are equal, unless Pillow resizes the rows first: see `ByteResizing`.
            // PyTorch computes weights in single precision.
            let isTall = `case`.height > 2 * `case`.width
            let roundings: Float = isTall ? 1.01 / 255 : 0
            XCTAssertLessThanOrEqual(
                worst, `case`.values == "pillow" ? roundings : 2e-5, `case`.name)
        }
    }

    /// Files of 8 bits are resized without a copy in floating point.
    ///
    /// The bits are the same.
    func testFilesAsDecodedImages() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let cases = try JSONDecoder().decode([Case].self, from: Fixture.data("resizing.json"))
        for `case` in cases {
            let path = "\(folder.path)/\(`case`.height)x\(`case`.width).png"
            try `case`.image.write(path)
            let source = ExampleList(
                classes: [], examples: [Example(id: "x", file: path, labels: [])])
            let values = try ImageDataset(source, preprocessing: `case`.preprocessing).sample(0)
            XCTAssertEqual(
                values.values, try input(of: `case`.image, `case`.preprocessing), `case`.name)
        }
    }

    func testSixteenBits() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var image = RasterImage(height: 40, width: 30, channels: 1)
        image.values = image.values.indices.map { Float($0 * 7919 % 65536) / 65535 }
        let path = "\(folder.path)/deep.png"
        try image.png(bits: 16).write(to: URL(fileURLWithPath: path))
        let source = ExampleList(
            classes: [], examples: [Example(id: "x", file: path, labels: [])])
        var preprocessing = Preprocessing(size: 16)
        preprocessing.channels = 1
        let values = try ImageDataset(source, preprocessing: preprocessing).sample(0).values
        XCTAssertEqual(values, try input(of: image, preprocessing))
        preprocessing.antialias = true
        preprocessing.resizeValues = .pillow
        let rounded = try ImageDataset(source, preprocessing: preprocessing).sample(0).values
        XCTAssertEqual(rounded, try input(of: image, preprocessing))
    }

    func testChannels() throws {
        let image = RasterImage(
            height: 1, width: 2, channels: 3, values: [0, 0.2, 0.4, 0.6, 0.8, 1])
        var preprocessing = Preprocessing(size: 8)
        preprocessing.mean = [0.1, 0.2, 0.3]
        preprocessing.deviation = [1, 2, 4]
        preprocessing.interpolation = .nearest
        let values = try input(of: image, preprocessing)
        XCTAssertEqual(Array(values[..<3]), [-0.1, 0, (0.4 - 0.3) / 4])
        preprocessing.channelOrder = .bgr
        let swapped = try input(of: image, preprocessing)
        XCTAssertEqual(Array(swapped[..<3]), [0.4 - 0.1, 0, (0 - 0.3) / 4])
        XCTAssertEqual(preprocessing.range, (0 - 0.1)...(1 - 0.1))
    }

    /// A side of many pixels costs no more than the part of it that the model sees.
    func testLongImages() throws {
        for resizeValues in ResizeValues.allCases {
            var preprocessing = Preprocessing(size: 32)
            preprocessing.resize = .shorterSide
            preprocessing.antialias = true
            preprocessing.resizeValues = resizeValues
            let image = RasterImage(height: 1, width: 60000, channels: 1, filledWith: 0.5)
            let values = try input(of: image, preprocessing)
            XCTAssertEqual(values.count, 32 * 32 * 3)
            XCTAssertEqual(values[0], 0, accuracy: 0.01)
        }
    }

    func testPresets() {
        for preset in PreprocessingPreset.allCases where preset != .custom {
            var preprocessing = Preprocessing()
            preprocessing.preset = preset
            XCTAssertEqual(preprocessing.preset, preset)
            XCTAssertNil(preprocessing.contradiction)
            preprocessing.mean = [0.123]
            XCTAssertEqual(preprocessing.preset, .custom)
        }
        XCTAssertEqual(Preprocessing().preset, .chexpertPaper)
        let range = PreprocessingPreset.torchxrayvision.settings?.range
        XCTAssertEqual(range, -1024...1024)
    }

    func testContradictions() {
        func key(_ change: (inout Preprocessing) -> Void) -> String? {
            var preprocessing = Preprocessing()
            change(&preprocessing)
            return preprocessing.contradiction?.key
        }
        XCTAssertNil(key { _ in })
        XCTAssertEqual(key { $0.channels = 2 }, "channels")
        XCTAssertEqual(key { $0.mean = [0.1, 0.2] }, "mean")
        XCTAssertEqual(key { $0.deviation = [] }, "deviation")
        XCTAssertEqual(key { $0.resizeValues = .pillow }, "resize_values")
        XCTAssertEqual(
            key {
                $0.channels = 1
                $0.channelOrder = .bgr
            }, "channel_order")
        XCTAssertEqual(
            key {
                $0.resize = .shorterSide
                $0.shorterSide = 200
            }, "shorter_side")
    }
}
