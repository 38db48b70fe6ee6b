import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import XCTest

/// The preprocessing of a checkpoint, from import to evaluation.
final class PreprocessingTests: XCTestCase {
    private static let small = try! SmallRun()
    private static let program = try! Program()
    private var folder: String { Self.program.folder }

    override class func tearDown() {
        small.remove()
        program.remove()
    }

    private func read(_ yaml: String, _ overrides: [String] = []) throws -> Preprocessing {
        try Configuration(yaml: yaml, file: "a.yaml", overrides: overrides).data.preprocessing
    }

    func testPresetsAreKeys() throws {
        var imagenet = Preprocessing()
        imagenet.preset = .imagenet
        XCTAssertEqual(try read("data: {preprocessing: imagenet}"), imagenet)
        // Wherever the name stands, single keys replace its values.
        imagenet.mean = [0.4]
        for yaml in [
            "data: {preprocessing: imagenet, mean: 0.4}",
            "data: {mean: [0.4, 0.4, 0.4], preprocessing: imagenet}",
        ] {
            XCTAssertEqual(try read(yaml), imagenet)
        }
        XCTAssertEqual(try read("", ["data.preprocessing=imagenet", "data.mean=0.4"]), imagenet)
        XCTAssertEqual(try read("data: {preprocessing: ~}"), Preprocessing())
        let message = Self.small.message { _ = try read("data: {preprocessing: imagenett}") }
        XCTAssertTrue(message.contains("must be one of custom, chexpert_paper, imagenet"), message)
    }

    func testWrittenSettingsAreReadBack() throws {
        for preset in PreprocessingPreset.allCases {
            var configuration = Configuration()
            configuration.data.preprocessing.preset = preset
            configuration.data.preprocessing.deviation = [0.1, 0.25, 0.3]
            configuration.data.preprocessing.channels = 3
            let yaml = configuration.yaml()
            XCTAssertEqual(try read(yaml), configuration.data.preprocessing)
        }
    }

    func testContradictionsNameTheKey() {
        for (yaml, words) in [
            ("{mean: [0.1, 0.2]}", "data.mean: has 2 values for 3 channels; 1 or 3 needed"),
            ("{resize: shorter_side, shorter_side: 100}", "data.shorter_side: is 100"),
            ("{resize_values: pillow}", "data.resize_values: pillow always widens"),
            ("{preprocessing: imagenet, channels: 1}", "data.mean: has 3 values for 1 channels"),
            ("{deviation: 0}", "data.deviation: must be a number from 1e-06"),
            ("{mean: [a, b]}", "data.mean: must be a number from -10.0 to 10.0, or a list"),
        ] {
            let message = Self.small.message { _ = try read("data: \(yaml)") }
            XCTAssertTrue(message.contains(words), message)
        }
    }

    /// A checkpoint of an imported model, and the weights that it is made from.
    private func imported(_ settings: [String]) throws -> String {
        let model = try ModelRegistry.make(
            "densenet_mini", classes: 2,
            configuration: ModelConfiguration(json: #"{"growth_rate": 4, "block_config": [2, 2]}"#))
        let weights = "\(folder)/weights.safetensors"
        try SafeTensors.write(
            model.parameters.map { ($0.name, $0.torchValue) }, metadata: [:], to: weights)
        let output = "\(folder)/imported-\(UUID().uuidString).h5"
        _ = try WeightImport.checkpoint(
            model: "densenet_mini", configuration: #"{"growth_rate": 4, "block_config": [2, 2]}"#,
            classes: ["Cardiomegaly", "Pleural Effusion"], outputKind: .multilabel,
            weights: weights, preprocessing: settings, output: output)
        return output
    }

    func testImportStoresThePreprocessing() throws {
        let path = try imported([
            "data.preprocessing=imagenet", "data.size=32", "data.shorter_side=40",
            "data.mean=0.25",
        ])
        let explaining = try Explaining(
            checkpoint: path, className: "Cardiomegaly", methods: ["gradient"])
        let preprocessing = explaining.configuration.data.preprocessing
        XCTAssertEqual(preprocessing.size, 32)
        XCTAssertEqual(preprocessing.shorterSide, 40)
        XCTAssertEqual(preprocessing.resizeValues, .pillow)
        XCTAssertEqual(preprocessing.mean, [0.25])
        XCTAssertEqual(preprocessing.deviation, [0.229, 0.224, 0.225])
        let message = Self.small.message {
            _ = try Explaining(
                checkpoint: path, className: "Cardiomegaly", methods: [],
                overrides: ["data.mean=0.5"])
        }
        XCTAssertEqual(
            message,
            "--set: data.mean: is 0.5 here, but \(path) was made with 0.25; leave the key out")
        for (settings, words) in [
            (["data.preprocessing=nothing"], "must be one of"), (["seed=3"], "is no setting"),
            (["data.channels=1"], "is 1, but the model"), (["data.rotation=3"], "is no setting"),
            (["data.preprocessing=imagenet", "data.size=300"], "data.shorter_side: is 256"),
        ] {
            let message = Self.small.message { _ = try imported(settings) }
            XCTAssertTrue(message.contains(words), message)
        }
    }

    /// A run that starts from an imported model prepares its images as the model needs.
    func testARunTakesIt() throws {
        let path = try imported(["data.size=32", "data.mean=0.25", "data.interpolation=bicubic"])
        let settings = [
            "model.weights=\(path)", "model.config={growth_rate: 4, block_config: [2, 2]}",
            "train.epochs=0", "data.size=32",
        ]
        let experiment = try Experiment(Self.small.configuration("weights", settings))
        let preprocessing = experiment.configuration.data.preprocessing
        XCTAssertEqual(preprocessing.mean, [0.25])
        XCTAssertEqual(preprocessing.interpolation, .bicubic)
        let message = Self.small.message {
            _ = try Experiment(Self.small.configuration("weights", settings + ["data.mean=0.3"]))
        }
        XCTAssertTrue(message.contains("data.mean: is 0.3 here, but \(path) was made with 0.25"))
    }

    func testEvaluateTakesItAndRefusesAnother() throws {
        let path = try imported([
            "data.preprocessing=imagenet_timm", "data.size=32", "data.crop_fraction=0.8",
        ])
        let yaml = """
            data:
              target: Cardiomegaly
              evaluate:
                labels: \(Self.small.folder)/valid.csv
                masks: \(Self.small.folder)/gt_segmentations_valid.json
            """
        func evaluate(_ overrides: [String]) throws -> Results {
            try evaluateCheckpoint(
                path, on: Configuration(yaml: yaml, file: "eval.yaml", overrides: overrides))
        }
        let results = try evaluate([])
        XCTAssertFalse(results.scores.isEmpty)
        // The same settings are no conflict; others are, as single keys or as a preset.
        XCTAssertEqual(
            try evaluate(["data.preprocessing=imagenet_timm", "data.crop_fraction=0.8"])
                .scores.map(\.value), results.scores.map(\.value))
        for (setting, words) in [
            ("data.mean=0.4", "data.mean: is 0.4 here, but \(path) was made with 0.5"),
            ("data.preprocessing=imagenet_timm", "data.crop_fraction: is 0.9 here"),
            ("data.preprocessing=imagenet", "data.resize: is shorter_side here"),
            ("data.channel_order=bgr", "was made with rgb"),
        ] {
            let message = Self.small.message { _ = try evaluate([setting]) }
            XCTAssertTrue(message.contains(words), message)
        }
    }

    /// Masks that the cut leaves out have a reason of their own in the results.
    func testMasksOutsideTheCut() throws {
        let path = try imported([
            "data.resize=shorter_side", "data.shorter_side=16384", "data.size=32",
        ])
        let yaml = """
            data:
              classes: [Cardiomegaly, Pleural Effusion]
              target: Pleural Effusion
              evaluate:
                labels: \(Self.small.folder)/valid.csv
                masks: \(Self.small.folder)/gt_segmentations_valid.json
            """
        // The model sees one pixel in the centre, which effusions leave out.
        let results = try evaluateCheckpoint(
            path, on: Configuration(yaml: yaml, file: "eval.yaml"))
        let reasons = Set(results.scores.map(\.reason))
        XCTAssertTrue(reasons.contains("mask outside the crop"), "\(reasons)")
        XCTAssertFalse(reasons.contains("no mask"), "\(reasons)")
    }

    /// The running statistics are made with one preset; the audit finds it.
    func testTheAuditFindsThePreset() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 2, seed: 4)
        let images = try NamedImage.images(Self.small.folder)
        for preset in [PreprocessingPreset.imagenet, .radimagenetCaffe, .chexpertPaper] {
            var settings = try XCTUnwrap(preset.settings)
            settings.size = 224
            let examples = images.prefix(PreprocessingAudit.mostImages).map {
                Example(id: $0.name, file: $0.file!, labels: [0])
            }
            let dataset = try ImageDataset(
                ExampleList(classes: ["any"], examples: Array(examples)), preprocessing: settings)
            let input = try dataset.batch(Array(0..<dataset.count)).image
            _ = model.logits(input, Pass(.batch(updates: 200)))
            let before = model.parameters.map { $0.value.values }
            let audit = try PreprocessingAudit(model, images: images)
            XCTAssertEqual(audit.rows.first?.preset, preset)
            XCTAssertLessThan(try XCTUnwrap(audit.rows.first?.batchNorm?.divergence), 0.01)
            XCTAssertEqual(model.parameters.map { $0.value.values }, before)
            XCTAssertTrue(audit.lines.last!.contains("--preprocessing \(preset.rawValue)"))
        }
    }
}
