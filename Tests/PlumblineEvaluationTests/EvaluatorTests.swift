import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// One pass over images that are made on the spot.
final class EvaluatorTests: XCTestCase {
    private static let size = 32
    private static let methods = [
        "gradient", "input_x_gradient", "grad_cam", "smoothgrad", "lrp_epsilon_plus",
    ]

    private func model() throws -> any Classifier {
        try ModelRegistry.make("densenet_mini", classes: 2, seed: 3)
    }

    /// Images of one bright square each, whose mask is the square.
    private func dataset(_ count: Int, withoutMask: Set<Int> = []) throws -> ImageDataset {
        let examples = try (0..<count).map { index in
            let left = Double(4 + index)
            let region = try Region(
                Region.Box(x: left, y: 8, width: 10, height: 12), height: Self.size,
                width: Self.size, name: "test")
            let box = Annotation(className: "square", region: region)
            return Example(
                id: "image \(index)", origin: "made for a test", labels: [1, 0],
                group: "group \(index / 2)",
                annotations: withoutMask.contains(index) ? [] : [box]
            ) {
                var values = [Float](repeating: 0.2, count: Self.size * Self.size)
                for row in 8..<20 {
                    for column in Int(left)..<Int(left) + 10 {
                        values[row * Self.size + column] = 0.9
                    }
                }
                return RasterImage(
                    height: Self.size, width: Self.size, channels: 1, values: values)
            }
        }
        var preprocessing = Preprocessing()
        preprocessing.size = Self.size
        return try ImageDataset(
            ExampleList(classes: ["square", "other"], examples: examples),
            preprocessing: preprocessing, target: "square")
    }

    private func evaluator(
        _ names: [String], _ model: any Classifier, batchSize: Int
    ) throws -> Evaluator {
        var settings = ExplanationSettings()
        settings.steps = 3
        return try Evaluator(
            model: model,
            methods: names.map {
                Evaluator.Method($0, try ExplanationRegistry.make($0, settings))
            }, target: 0, batchSize: batchSize,
            seed: { UInt64($0.utf8.reduce(0) { $0 + Int($1) }) })
    }

    private func maps(_ evaluator: Evaluator, _ dataset: ImageDataset) throws -> [[Float]] {
        var maps = [[Float]](repeating: [], count: dataset.count)
        try evaluator.run(dataset) { _ in
            true
        } body: { evaluated in
            maps[evaluated.index] = evaluated.evidence.flatMap(\.relevance.values)
        }
        return maps
    }

    /// Sharing a forward pass changes no bit of a map.
    ///
    /// The images beside an image change roundings at most: oneDNN splits the sums of a product by
    /// the number of its rows, on some processors.
    func testAMapDependsOnItsImageAlone() throws {
        let model = try model()
        let dataset = try dataset(5)
        let together = try maps(evaluator(Self.methods, model, batchSize: 3), dataset)
        func separately(batchSize: Int) throws -> [[[Float]]] {
            try Self.methods.map {
                try maps(evaluator([$0], model, batchSize: batchSize), dataset)
            }
        }
        let apart = try separately(batchSize: 3)
        let alone = try separately(batchSize: 1)
        for image in 0..<5 {
            XCTAssertEqual(together[image], apart.flatMap { $0[image] }, "image \(image)")
            for method in Self.methods.indices {
                let (a, b) = (apart[method][image], alone[method][image])
                let scale = b.map(abs).max()!
                let difference = zip(a, b).map { abs($0 - $1) }.max()!
                // LRP divides by sums near zero, which enlarges roundings.
                let limit: Float = Self.methods[method].hasPrefix("lrp") ? 1e-3 : 1e-5
                XCTAssertLessThan(
                    difference, limit * scale, "image \(image), \(Self.methods[method])")
            }
        }
    }

    /// Each image is given once, with the same logits, whether it is explained or not.
    func testEveryImageIsGivenOnce() throws {
        let model = try model()
        let dataset = try dataset(7)
        var logits: [[Int: [Float]]] = []
        for explained in [Set<Int>(), [1, 4, 6], Set(0..<7)] {
            var seen: [Int: [Float]] = [:]
            try evaluator(["gradient"], model, batchSize: 2).run(dataset) {
                explained.contains($0)
            } body: { evaluated in
                XCTAssertNil(seen.updateValue(evaluated.logits, forKey: evaluated.index))
                XCTAssertEqual(
                    evaluated.evidence.count, explained.contains(evaluated.index) ? 1 : 0)
                if let evidence = evaluated.evidence.first {
                    XCTAssertEqual(evidence.id, "image \(evaluated.index)")
                }
            }
            XCTAssertEqual(Set(seen.keys), Set(0..<7))
            logits.append(seen)
        }
        XCTAssertEqual(logits[0], logits[1])
        XCTAssertEqual(logits[0], logits[2])
    }

    /// The model runs once per batch for all methods that read a forward pass at the image.
    func testOneForwardPassServesAllMethods() throws {
        let dataset = try dataset(4)
        let counter = CountingClassifier(try model())
        let sharing = ["gradient", "input_x_gradient", "grad_cam", "lrp_epsilon_plus"]
        _ = try maps(evaluator(sharing, counter, batchSize: 2), dataset)
        XCTAssertEqual(counter.passes, 2)
    }

    /// An image that lacks what a metric needs has a score with the reason, and a metric from
    /// outside is evaluated like the others.
    func testScoresHaveAValueOrAReason() throws {
        struct PeakInMask: Metric {
            let quantity = Quantity(
                "test_peak", direction: .higherIsBetter, definition: "1 where the peak is in M")
            let needs: Needs = [.map, .mask]
            func scores(_ evidence: Evidence) throws -> [Score] {
                let mask = try evidence.requireMask()
                let map = try evidence.heatMap()
                let peak = map.values.indices.max { map.values[$0] < map.values[$1] }!
                return [Score(name, .value(mask.pixels[peak] ? 1 : 0))]
            }
        }
        try MetricRegistry.register { PeakInMask() }
        defer { MetricRegistry.unregister("test_peak") }
        let metrics = try ["mass_accuracy", "rank_accuracy", "test_peak"].map(MetricRegistry.make)
        let dataset = try dataset(3, withoutMask: [1])
        try evaluator(["gradient"], model(), batchSize: 3).run(dataset) { _ in
            true
        } body: {
            let scores = try $0.evidence[0].scores(metrics)
            XCTAssertEqual(
                scores.map(\.metric),
                ["mass_accuracy", "rank_accuracy", "rank_tied_share", "test_peak"])
            if $0.index == 1 {
                XCTAssertEqual(Set(scores.map(\.value.reason)), [.noMask])
            } else {
                XCTAssertTrue(scores.allSatisfy { $0.value.value != nil }, "\(scores)")
            }
        }
        XCTAssertThrowsError(try MetricRegistry.make("no_such")) {
            XCTAssertTrue("\($0)".contains("test_peak"), "\($0)")
        }
    }

    /// Scores that the table could not keep apart are refused.
    func testOddScoresAreRefusedOrMissing() throws {
        struct Odd: Metric {
            let quantity = Quantity("test_odd", direction: .descriptive, definition: "NaN")
            let needs: Needs = []
            var other = "test_odd"
            func scores(_ evidence: Evidence) throws -> [Score] { [Score(other, .value(.nan))] }
        }
        try evaluator(["gradient"], model(), batchSize: 1).run(dataset(1)) { _ in
            true
        } body: { evaluated in
            let evidence = evaluated.evidence[0]
            XCTAssertEqual(
                try evidence.scores([Odd()]), [Score("test_odd", .missing(.notFinite))])
            XCTAssertThrowsError(try evidence.scores([Odd(other: "test_other")])) {
                XCTAssertTrue("\($0)".contains("test_other, which its quantities lack"), "\($0)")
            }
        }
        XCTAssertThrowsError(try MetricRegistry.register { MassAccuracy() }) {
            XCTAssertEqual("\($0)", "the metric mass_accuracy is registered already")
        }
    }

    /// The probe gives what the evaluator gives, and takes more images than a batch.
    func testTheProbeAsksTheSameModelAndMethod() throws {
        let dataset = try dataset(3)
        var images: [Tensor] = []
        var expected: [[Float]] = []
        var logits: [[Float]] = []
        var probe: Probe?
        try evaluator(["gradient"], model(), batchSize: 2).run(dataset) { _ in
            true
        } body: {
            images.append($0.evidence[0].image)
            expected.append($0.evidence[0].relevance.values)
            logits.append($0.logits)
            probe = $0.evidence[0].probe
        }
        let all = concatenate(images, axis: 0)
        XCTAssertEqual(try probe!.relevance(of: all, seed: 0).values, expected.flatMap { $0 })
        XCTAssertEqual(probe!.logits(all).values, logits.flatMap { $0 })
    }
}

/// A model that counts how often it runs.
private final class CountingClassifier: Classifier, @unchecked Sendable {
    private let model: any Classifier
    private(set) var passes = 0

    init(_ model: any Classifier) { self.model = model }

    var name: String { model.name }
    var classCount: Int { model.classCount }
    var parameters: [Parameter] { model.parameters }
    var smallestImageSize: Int { model.smallestImageSize }
    var hasBatchNorm: Bool { model.hasBatchNorm }
    var traits: ModelTraits { model.traits }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        passes += 1
        return model.logits(image, pass)
    }
}
