import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineTensors
import XCTest

/// SESS against a port in numpy and PyTorch of the authors' code (Tools/oracle/sess_reference.py,
/// which printed the values below).
final class SESSTests: XCTestCase {
    func testTwelveSizesOfASquareImage() throws {
        try check(height: 32, width: 32, scales: 12, every: 4, Self.square)
    }

    func testAnImageThatIsNotSquare() throws {
        try check(height: 20, width: 30, scales: 3, every: 3, Self.wide)
    }

    /// The smoothing reaches over both edges at once.
    func testAnImageSmallerThanTheSmoothing() throws {
        try check(height: 4, width: 6, scales: 2, every: 1, Self.small)
    }

    /// An image of 224 pixels is enlarged to 288, 352, ..., 928: 122 windows, all of them seen.
    func testEveryWindowOfEverySizeIsExplained() throws {
        let counter = CountingClassifier()
        let image = images(1, size: 224)
        _ = try SESS(GradientExplanation()).relevance(
            of: Request(model: counter, image: image, targets: [0], pass: .evaluation))
        XCTAssertEqual(counter.images, 122)
    }

    func testTheVariantIsASetting() throws {
        XCTAssertEqual(ExplanationSettings().sess, .reference)
        let model = QuadraticClassifier(side: 16)
        let image = wave(16, 16, 0.31, 0.17, 1.1)
        func map(_ variant: SESS.Variant) throws -> [Float] {
            var settings = ExplanationSettings()
            settings.sess = variant
            return try ExplanationRegistry.make("sess:gradient", settings).relevance(
                of: request(model, image)
            ).values
        }
        let reference = try map(.reference)
        let fast = try map(.fast)
        XCTAssertEqual(
            reference,
            try SESS(GradientExplanation()).relevance(of: request(model, image))
                .values)
        XCTAssertGreaterThan(zip(reference, fast).map { abs($0 - $1) }.max()!, 0.05)
    }

    /// Noise is drawn for each window, and the map does not depend on other images.
    func testTheOtherImagesOfTheBatchDoNotMatter() throws {
        let model = QuadraticClassifier(side: 16)
        let image = concatenate(
            [wave(16, 16, 0.31, 0.17, 1.1), wave(16, 16, 0.2, 0.4, 0.3)], axis: 0)
        let method = SESS(SmoothGrad(samples: 3), scales: 3)
        let both = try method.relevance(of: request(model, image, seeds: [4, 9]))
        let alone = try method.relevance(
            of: request(model, image.sliced(0, 1..<2), seeds: [9]))
        XCTAssertEqual(Array(both.values[256...]), alone.values)
    }

    /// A window without relevance adds nothing; NaN relevance stays NaN in the map.
    func testWindowsWithoutAMap() throws {
        let image = Tensor.zeros([1, 8, 8, 3])
        let model = QuadraticClassifier(side: 8)
        let none = try SESS(GradientExplanation(), scales: 2).relevance(
            of: request(model, image))
        XCTAssertEqual(none.values, [Float](repeating: 0, count: 64))
        var broken = wave(8, 8, 0.3, 0.2, 0.1).values
        broken[70] = .nan
        let found = try SESS(GradientExplanation(), scales: 1).relevance(
            of: request(model, Tensor(broken, shape: [1, 8, 8, 3])))
        XCTAssertFalse(found.isFinite)
    }

    private func check(
        height: Int, width: Int, scales: Int, every step: Int, _ expected: [Float],
        line: UInt = #line
    ) throws {
        let model = QuadraticClassifier(side: min(height, width))
        let map = try SESS(GradientExplanation(), scales: scales).relevance(
            of: request(model, wave(height, width, 0.31, 0.17, 1.1)))
        XCTAssertEqual(map.shape, [1, height, width, 1], line: line)
        let values = map.values
        var found: [Float] = []
        for y in stride(from: 0, to: height, by: step) {
            for x in stride(from: 0, to: width, by: step) { found.append(values[y * width + x]) }
        }
        XCTAssertEqual(found.count, expected.count, line: line)
        let apart = zip(found, expected).map { abs($0 - $1) }.max() ?? 1
        XCTAssertLessThan(apart, 5e-6, line: line)
    }

    private static let square: [Float] = [
        0.479609, 0.453726, 0.391620, 0.360256, 0.358934, 0.372359, 0.368208, 0.367089, 0.442421,
        0.423751, 0.382305, 0.356587, 0.374539, 0.401101, 0.394189, 0.377847, 0.392162, 0.382709,
        0.368219, 0.365568, 0.397874, 0.427801, 0.423906, 0.404848, 0.382623, 0.386839, 0.393856,
        0.403274, 0.422739, 0.426110, 0.417036, 0.405316, 0.416743, 0.415157, 0.415129, 0.415574,
        0.423029, 0.417707, 0.397597, 0.374507, 0.449178, 0.433123, 0.412916, 0.413359, 0.413869,
        0.399118, 0.371135, 0.353523, 0.418348, 0.408893, 0.402552, 0.413680, 0.399175, 0.380264,
        0.368266, 0.368764, 0.377683, 0.388358, 0.401653, 0.411925, 0.382225, 0.379457, 0.392273,
        0.390693,
    ]

    private static let wide: [Float] = [
        0.509348, 0.497285, 0.410262, 0.331668, 0.262664, 0.244089, 0.264966, 0.333816, 0.391716,
        0.432217, 0.462833, 0.443956, 0.372875, 0.311823, 0.278163, 0.287782, 0.321719, 0.375330,
        0.413598, 0.428072, 0.351178, 0.333802, 0.300852, 0.291583, 0.322477, 0.372087, 0.406056,
        0.435766, 0.444513, 0.438292, 0.293154, 0.285490, 0.306944, 0.328875, 0.381017, 0.431343,
        0.436164, 0.429337, 0.410426, 0.404037, 0.350153, 0.362801, 0.402169, 0.417625, 0.442054,
        0.459921, 0.428971, 0.403682, 0.382976, 0.401651, 0.438474, 0.451877, 0.465602, 0.461616,
        0.449077, 0.454299, 0.413979, 0.406814, 0.401012, 0.433374, 0.523766, 0.532278, 0.508864,
        0.478424, 0.446682, 0.455347, 0.434600, 0.447471, 0.456072, 0.487048,
    ]

    private static let small: [Float] = [
        0.490987, 0.486002, 0.497451, 0.492737, 0.490763, 0.487365, 0.505058, 0.502626, 0.512897,
        0.508501, 0.506227, 0.504280, 0.512276, 0.509651, 0.519791, 0.515910, 0.512985, 0.511002,
        0.514232, 0.511383, 0.521635, 0.517145, 0.515298, 0.513360,
    ]
}

/// Values of a known wave, `[1, height, width, 3]`.
private func wave(_ height: Int, _ width: Int, _ a: Double, _ b: Double, _ c: Double) -> Tensor {
    var values: [Float] = []
    for y in 0..<height {
        for x in 0..<width {
            for channel in 0..<3 {
                let phase =
                    a * Double(y) + b * Double(x) + c * Double(channel) + 0.01 * Double(x * y)
                values.append(Float(sin(phase)))
            }
        }
    }
    return Tensor(values, shape: [1, height, width, 3])
}

/// `f(x) = 0.004 sum(w x^2)`.
private final class QuadraticClassifier: PlainClassifier, @unchecked Sendable {
    let weights: Tensor

    init(side: Int) { weights = wave(side, side, 0.05, 0.07, 0.4) * 0.004 }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        (image * image * weights).sum([1, 2, 3]).reshaped([image.shape[0], 1])
    }
}

/// Counts the images that are explained.
private final class CountingClassifier: PlainClassifier, @unchecked Sendable {
    var images = 0

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        images += image.shape[0]
        return (image * image).mean([1, 2, 3]).reshaped([image.shape[0], 1])
    }
}
