import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExperiments
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

/// Images that are computed: every second one shows a bright square, whose box is its annotation.
private struct Squares: ImageSource {
    let classes = ["circle", "square"]
    let count: Int
    var prefix = "square"
    /// The side of the images that the boxes are of.
    var annotatedSize = 32
    /// The height of the boxes.
    var boxHeight = 12

    static let size = 32

    func example(_ index: Int) throws -> Example {
        let isPositive = index % 2 == 0
        let left = 2 + index % 16
        let box = Region.Box(x: Double(left), y: 8, width: 10, height: Double(boxHeight))
        let region = try Region(
            box, height: annotatedSize, width: annotatedSize, name: "square \(index)")
        return Example(
            id: "\(prefix) \(index)", origin: "generated", labels: [0, isPositive ? 1 : 0],
            group: "\(prefix) group \(index / 2)",
            annotations: isPositive ? [Annotation(className: "square", region: region)] : []
        ) {
            var values = [Float](repeating: 0.2, count: Self.size * Self.size)
            for row in 8..<20 where isPositive {
                for column in left..<left + 10 { values[row * Self.size + column] = 0.9 }
            }
            return RasterImage(height: Self.size, width: Self.size, channels: 1, values: values)
        }
    }
}

/// Data that are neither CheXpert nor files.
final class OwnSourceTests: XCTestCase {
    private nonisolated(unsafe) var folder = ""

    override func setUpWithError() throws {
        folder = NSTemporaryDirectory() + "plumbline-\(UUID().uuidString)"
        try createFolder(folder)
        try ImageFormats.register("test_squares", options: ["count", "prefix", "size"]) { request in
            let options = request.options
            var squares = Squares(count: Int(options["count"] ?? "") ?? 8)
            squares.prefix = options["prefix"] ?? "none"
            squares.annotatedSize = Int(options["size"] ?? "") ?? Squares.size
            if let text = try? String(contentsOfFile: request.labels, encoding: .utf8) {
                squares.boxHeight = Int(text) ?? 0
            }
            return FormattedImages(
                squares, omissions: [.init(count: 2, note: "2 triangles are left out")])
        }
    }

    override func tearDown() {
        ImageFormats.unregister("test_squares")
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: The library

    func testAnOwnSourceTrainsAStepAndIsJudged() throws {
        var preprocessing = Preprocessing()
        preprocessing.size = Squares.size
        let dataset = try ImageDataset(
            Squares(count: 4), preprocessing: preprocessing, target: "square")
        let model = try ModelRegistry.make("densenet_mini", classes: 2, seed: 3)
        let before = model.parameters.map(\.value.detached.values)
        let explanation = try ExplanationRegistry.makeDifferentiable(
            "gradient", ExplanationSettings())
        let objective = AlignmentObjective(
            scenario: .align, explanation: explanation, target: 1)
        var plan = FineTuningPlan()
        plan.epochs = 1
        plan.accumulation = 1
        let tuner = FineTuner(model, objective, plan: plan, batches: 1)
        let report = try tuner.take([try dataset.batch([0, 1, 2, 3])])
        XCTAssertEqual(report.images, 4)
        XCTAssertGreaterThan(try XCTUnwrap(report.locationLoss), 0)
        XCTAssertNotEqual(before, model.parameters.map(\.value.detached.values))

        let evaluator = try Evaluator(
            model: model, methods: [Evaluator.Method("gradient", explanation)], target: 1)
        let metrics = [try MetricRegistry.make("mask_area_share")]
        var shares: [String: Double] = [:]
        try evaluator.run(dataset) {
            $0 % 2 == 0
        } body: { evaluated in
            for evidence in evaluated.evidence {
                let value = try evidence.scores(metrics)[0].value.value
                shares[evidence.id] = try XCTUnwrap(value)
            }
        }
        let share = Double(10 * 12) / Double(32 * 32)
        XCTAssertEqual(shares.keys.sorted(), ["square 0", "square 2"])
        for value in shares.values { XCTAssertEqual(value, share, accuracy: 1e-6) }
    }

    // MARK: The configuration

    private func configuration(_ settings: [String] = []) throws -> Configuration {
        let yaml = """
            output: \(folder)/run
            seed: 3
            threads: 1
            data:
              classes: [square, circle]
              target: square
              size: 32
              align: {format: test_squares, options: {count: 008, prefix: train}}
              evaluate:
                format: test_squares
                options: [count=6, prefix=valid]
            model:
              name: densenet_mini
              config: {growth_rate: 4, block_config: [2, 2], num_init_features: 8, bn_size: 2}
            align: {epochs: 1, batch_size: 4, accumulation: 2, learning_rate: 0.001}
            evaluate: {panel_images: 0}
            """
        return try Configuration(yaml: yaml, file: "c.yaml", overrides: settings)
    }

    private func message(_ settings: String...) -> String {
        do { _ = try Experiment(configuration(settings)).run() } catch { return "\(error)" }
        return "nothing was thrown"
    }

    func testARegisteredFormatIsFoundAndItsOptionsArrive() throws {
        let configuration = try configuration()
        XCTAssertEqual(configuration.data.align.options, ["count": "008", "prefix": "train"])
        let data = try ExperimentData(configuration, needsStart: false)
        XCTAssertEqual([data.align.count, data.evaluate.count], [8, 6])
        XCTAssertEqual(data.align.items[2].id, "train 2")
        XCTAssertEqual(data.evaluate.items[2].id, "valid 2")
        XCTAssertEqual(data.align.items[2].labels, [1, 0], "the order of data.classes")
        XCTAssertEqual(try data.evaluate.mask(2)?.area, 120)
        let written = try Configuration(yaml: configuration.yaml(), file: "written.yaml")
        XCTAssertEqual(written.data.align, configuration.data.align)
        XCTAssertEqual(written.data.evaluate, configuration.data.evaluate)
        XCTAssertEqual(written.data.start.format, "chexpert")
        let set = try self.configuration(["data.align.options={count: 4}"])
        XCTAssertEqual(set.data.align.options, ["count": "4"])
    }

    func testAnExperimentRunsOnGeneratedImages() throws {
        let results = try Experiment(configuration()).run()
        XCTAssertEqual(results.runs.count, 3)
        XCTAssertEqual(results.images.count, 3 * 6)
        let scores = results.scores.filter { $0.metric == "mass_accuracy" && $0.value != nil }
        XCTAssertEqual(scores.count, 3 * 3, "three images have a square")
        XCTAssertEqual(Set(scores.map(\.image)), ["valid 0", "valid 2", "valid 4"])
        // The same settings go on, other ones are refused.
        XCTAssertNoThrow(try Experiment(configuration()).run())
        let other = message("data.align.options={count: 4, prefix: train}")
        XCTAssertTrue(other.contains("was made with data.align.options = "), other)
    }

    /// A stage depends on boxes that come with the labels.
    func testOtherBoxesAreOtherData() throws {
        let labels = "\(folder)/height.txt"
        let file = "data.align.labels=\(labels)"
        try "12".write(toFile: labels, atomically: true, encoding: .utf8)
        _ = try Experiment(configuration([file])).run()
        XCTAssertNoThrow(try Experiment(configuration([file])).run())
        try "6".write(toFile: labels, atomically: true, encoding: .utf8)
        let changed = message(file)
        XCTAssertTrue(
            changed.contains("was made with other data (changed: the regions of data.align)"),
            changed)
    }

    func testImagesWithoutAFileAreExplained() throws {
        let checkpoint = try Experiment(configuration()).train()
        let explaining = try Explaining(
            checkpoint: checkpoint, className: "square", methods: ["gradient"])
        let images = try NamedImage.images(configuration: configuration())
        XCTAssertEqual(images.count, 6)
        XCTAssertNil(images[0].file)
        var sizes: [String: Int] = [:]
        try explaining.explain(images, reportsProgress: false) {
            sizes[$0.name] = $0.image.height
        }
        XCTAssertEqual(sizes["valid 5"], Squares.size)
    }

    /// A generated image has no file: its size is that of its pixels.
    func testBoxesOfAnotherImageSizeAreRefused() {
        let refused = message("data.align.options={size: 64}")
        XCTAssertTrue(
            refused.contains("none 0: square: a mask of 64 x 64 for an image of 32 x 32"), refused)
    }

    func testGeneratedImagesThatAreTrainedOnAreRefused() {
        // Two sets of other options are other images; of the same group they are related.
        let related = message("data.evaluate.options=[count=4, prefix=train]")
        XCTAssertTrue(
            related.contains(
                "of 4 images, 0 are trained on too (data.align), and 4 more are of the same"),
            related)
    }

    func testWhatIsWrongWithAFormatIsNamed() {
        XCTAssertEqual(
            message("data.align.format=test_none"),
            "c.yaml: data.align.format: no format is called test_none; there are "
                + ImageFormats.names.joined(separator: ", "))
        XCTAssertEqual(
            message("data.evaluate.options={colour: red}"),
            "c.yaml: data.evaluate.options: colour is not an option of test_squares; options: "
                + "count, prefix, size")
        XCTAssertEqual(
            message("data.start.options={a: b}"),
            "c.yaml: data.start.options: a is not an option of chexpert; options: split, "
                + "split_column, parts")
        for wrong in ["[count]", "{count: [1]}", "{count: null}", "[count=1, count=2]"] {
            let refused = message("data.align.options=\(wrong)")
            XCTAssertTrue(
                refused.hasPrefix(
                    "--set: data.align.options: must be a mapping of names to texts, each name once"
                ),
                refused)
        }
        XCTAssertEqual(
            message("data.classes=[star]", "data.target=star"),
            "data.align: no class star; there are circle, square")
    }
}
