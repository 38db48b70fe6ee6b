import PlumblineExperiments
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import XCTest

final class WeightImportTests: XCTestCase {
    /// A Swin of another window and image size keeps every weight; only the tables of relative
    /// positions are resampled, and it says so.
    func testASwinOfAnotherWindow() throws {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID()).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let source = try ModelRegistry.make("swin_mini", classes: 2, seed: 5)
        try SafeTensors.write(source.parameters.map { ($0.name, $0.torchValue) }, to: path)
        let wider = try ModelRegistry.make(
            "swin_mini", classes: 2,
            configuration: ModelConfiguration(json: #"{"window_size": 6, "img_size": 96}"#), seed: 6
        )
        let report = try WeightImport.load(path, into: wider)
        XCTAssertEqual(report.adapted.count, 4, "\(report.lines)")
        XCTAssertTrue(
            report.adapted.allSatisfy { $0.hasSuffix("window of 4 resampled to 6") },
            "\(report.lines)")
        for (from, to) in zip(source.parameters, wider.parameters)
        where !from.name.hasSuffix("relative_position_bias_table") {
            XCTAssertEqual(from.value.values, to.value.values, from.name)
        }
        let table = try XCTUnwrap(
            wider.parameters.first { $0.name.hasSuffix("relative_position_bias_table") })
        XCTAssertEqual(table.value.shape, [121, 2])
        // The middle, a token with itself, stays what it was.
        let original = try XCTUnwrap(source.parameters.first { $0.name == table.name })
        XCTAssertEqual(Array(table.value.values[120..<122]), Array(original.value.values[48..<50]))
    }

    private func temporary(_ suffix: String = "safetensors") -> String {
        let path = NSTemporaryDirectory() + "plumbline-\(UUID()).\(suffix)"
        addTeardownBlock { try? FileManager.default.removeItem(atPath: path) }
        return path
    }

    /// A DenseNet's weights under other names, in a file.
    private func stored(
        _ change: (String, Tensor) -> (String, Tensor)? = { ($0, $1) },
        extra: [(String, Tensor)] = []
    ) throws -> (path: String, source: any Classifier) {
        let source = try ModelRegistry.make("densenet_mini", classes: 2, seed: 5)
        let path = temporary()
        try SafeTensors.write(
            source.parameters.compactMap { change($0.name, $0.torchValue) } + extra, to: path)
        return (path, source)
    }

    private func target(classes: Int = 2) throws -> any Classifier {
        try ModelRegistry.make("densenet_mini", classes: classes, seed: 6)
    }

    private func refusal(_ path: String, _ model: any Classifier, key: String = "") -> String {
        do { _ = try WeightImport.load(path, into: model, key: key) } catch { return "\(error)" }
        return "accepted"
    }

    /// CheXNet's names: two wrappers, and the head in a sequence.
    func testWrappersAndAHeadInASequence() throws {
        let (path, source) = try stored(
            { name, value in
                let name = name.replacingOccurrences(of: "classifier.", with: "classifier.0.")
                return ("module.densenet121." + name, value)
            }, extra: [("n_averaged", Tensor(3))])
        let model = try target()
        let report = try WeightImport.load(path, into: model)
        XCTAssertEqual(
            report.lines,
            [
                "\(source.parameters.count) tensors loaded",
                "names are below module.densenet121.",
                "without a place in the model: n_averaged",
            ])
        XCTAssertEqual(report.warnings, [])
        for (from, to) in zip(source.parameters, model.parameters) {
            XCTAssertEqual(from.value.values, to.value.values, from.name)
        }
    }

    /// RadImageNet's layout has no head; it is drawn as without a file, and a warning says so.
    func testABackboneAlone() throws {
        let (path, _) = try stored { name, value in
            guard name.hasPrefix("features.") else { return nil }
            return ("backbone.0." + name.dropFirst("features.".count), value)
        }
        let model = try target()
        let report = try WeightImport.load(path, into: model)
        XCTAssertEqual(report.drawnAnew, ["classifier.weight", "classifier.bias"])
        XCTAssertEqual(
            report.warnings,
            [
                "warning: the head is drawn anew (classifier.weight, classifier.bias): "
                    + "its predictions are random until it is trained"
            ])
        let fresh = try target().parameters.first { $0.name == "classifier.weight" }
        let drawn = model.parameters.first { $0.name == "classifier.weight" }
        XCTAssertEqual(drawn?.value.values, fresh?.value.values)
    }

    func testAHeadOfAnotherSizeIsAWarning() throws {
        let (path, _) = try stored()
        let report = try WeightImport.load(path, into: target(classes: 3))
        XCTAssertEqual(report.warnings.count, 1)
        XCTAssertTrue(report.lines.joined().contains("drawn anew"), "\(report.lines)")
    }

    func testValuesThatAreNotFiniteAreRefused() throws {
        for bad in [Float.nan, .infinity] {
            let (path, _) = try stored { name, value in
                guard name == "features.norm5.bias" else { return (name, value) }
                var values = value.values
                values[0] = bad
                values[2] = bad
                return (name, Tensor(values, shape: value.shape))
            }
            let model = try target()
            let message = refusal(path, model)
            XCTAssertTrue(
                message.contains("features.norm5.bias: 2 of ")
                    && message.contains("values are not finite"), message)
            XCTAssertEqual(
                model.parameters[0].value.values, try target().parameters[0].value.values,
                "nothing is changed by a refused file")
        }
    }

    func testAnErrorListsTenNamesAndSaysWhatWouldFixIt() throws {
        let (path, _) = try stored {
            ($0.replacingOccurrences(of: "denselayer", with: "layer"), $1)
        }
        let message = refusal(path, try target())
        let missing = message.components(separatedBy: "missing: ").last?
            .components(separatedBy: " | ").first
        XCTAssertEqual(missing?.components(separatedBy: ", ").count, 10, message)
        XCTAssertEqual(missing?.hasSuffix(" and 70 more"), true, message)
        XCTAssertTrue(message.contains("--model, --config"), message)
        XCTAssertLessThan(message.count, 2000)
    }

    func testWeightsOfTwoModelsInOneFile() throws {
        let (path, source) = try stored({ ("model." + $0, $1) })
        let both = temporary()
        let file = try WeightFile.open(path)
        var tensors: [(String, Tensor)] = []
        for name in file.shapes.keys.sorted() {
            let value = try file.tensor(name)
            tensors.append((name, value))
            tensors.append(("model_ema." + name.dropFirst("model.".count), value * 2))
        }
        try SafeTensors.write(tensors, to: both)
        let model = try target()
        let report = try WeightImport.load(both, into: model)
        XCTAssertTrue(
            report.lines.contains {
                $0.hasPrefix("model_ema would fit as well; chosen by --weights-key")
            },
            "\(report.lines)")
        XCTAssertEqual(model.parameters[0].value.values, source.parameters[0].value.values)
        _ = try WeightImport.load(both, into: model, key: "model_ema")
        XCTAssertEqual(
            model.parameters[0].value.values, source.parameters[0].value.values.map { 2 * $0 })
        let message = refusal(both, model, key: "teacher")
        XCTAssertTrue(message.contains("no weights are under the key or below the prefix teacher"))
    }

    /// Names, order of query, key and value, and epsilon of torchvision's ViT: its logits.
    ///
    /// Made with torchvision 0.28: `VisionTransformer(image_size=8, patch_size=4, num_layers=2,
    /// num_heads=2, hidden_dim=4, mlp_dim=16, num_classes=2)`, parameters (times 0.5) and image
    /// from `torch.randn`, saved with its logits as safetensors.
    func testTorchvisionViTGivesItsLogits() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Weights/torchvision_vit.safetensors").path
        let json = #"{"img_size": 8, "patch_size": 4, "embed_dim": 4, "depth": 2, "num_heads": 2}"#
        let model = try ModelRegistry.make(
            "vit_mini", classes: 2, configuration: ModelConfiguration(json: json))
        let report = try WeightImport.load(path, into: model)
        XCTAssertEqual(report.unexpected, ["reference.image", "reference.logits"])
        XCTAssertEqual(report.drawnAnew, [])
        let file = try WeightFile.open(path)
        let image = try file.tensor("reference.image").transposed([0, 2, 3, 1])
        let expected = try file.tensor("reference.logits").values
        let found = model.logits(image, .evaluation).values
        for (a, b) in zip(found, expected) { XCTAssertEqual(a, b, accuracy: 1e-5) }
        XCTAssertEqual(found.count, 4)
    }

    private func fixture(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Weights/\(name)").path
    }

    /// The logits of a checkpoint that was imported from `weights`, for the image in `reference`.
    private func checkLogits(
        _ weights: String, reference: String, model: String, configuration: String,
        line: UInt = #line
    ) throws -> Checkpoint {
        let output = temporary("h5")
        let report = try WeightImport.checkpoint(
            model: model, configuration: configuration, classes: ["a", "b"],
            weights: fixture(weights), output: output)
        XCTAssertEqual(report.drawnAnew, [], line: line)
        XCTAssertEqual(
            report.unexpected.filter { !$0.hasPrefix("reference.") }, [], line: line)
        let (imported, checkpoint) = try ModelStore.model(output)
        let file = try WeightFile.open(fixture(reference))
        let image = try file.tensor("reference.image").transposed([0, 2, 3, 1])
        let expected = try file.tensor("reference.logits").values
        let found = imported.logits(image, .evaluation).values
        XCTAssertEqual(found.count, expected.count, line: line)
        for (a, b) in zip(found, expected) { XCTAssertEqual(a, b, accuracy: 1e-5, line: line) }
        return checkpoint
    }

    /// Made with transformers 5.24: `ViTConfig(image_size=8, patch_size=4, hidden_size=4,
    /// num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, num_labels=2)`, parameters
    /// from `torch.randn` (embeddings times 0.001, others times 0.5) in half precision, with an
    /// image and its logits.
    ///
    /// With an epsilon of 1e-6 the logits differ by 0.003. The shards are what
    /// `save_pretrained(max_shard_size="1KB")` writes of the same model, under its older names.
    func testTransformersViTGivesItsLogits() throws {
        let json = #"{"img_size": 8, "patch_size": 4, "embed_dim": 4, "depth": 2, "num_heads": 2}"#
        for weights in [
            "huggingface_vit.safetensors", "huggingface_vit_shards/model.safetensors.index.json",
        ] {
            let checkpoint = try checkLogits(
                weights, reference: "huggingface_vit.safetensors", model: "vit_mini",
                configuration: json)
            let settings = try ModelConfiguration(json: checkpoint.modelConfiguration)
            guard case .number(let epsilon)? = settings.values["norm_eps"] else {
                XCTFail(checkpoint.modelConfiguration)
                continue
            }
            XCTAssertEqual(epsilon, 1e-12)
        }
    }

    /// What the configuration says is not changed, and timm's names change nothing.
    func testTheEpsilonOfLayerNormIsKept() throws {
        let json =
            #"{"img_size": 8, "patch_size": 4, "embed_dim": 4, "depth": 2, "num_heads": 2"#
        let output = temporary("h5")
        for (weights, more, kept) in [
            ("huggingface_vit.safetensors", #", "norm_eps": 0.001}"#, "0.001"),
            ("torchvision_vit.safetensors", "}", nil),
        ] {
            _ = try WeightImport.checkpoint(
                model: "vit_mini", configuration: json + more, classes: ["a", "b"],
                weights: fixture(weights), output: output)
            let stored = try Checkpoint.facts(output).modelConfiguration
            XCTAssertEqual(stored.contains("norm_eps"), kept != nil, stored)
            if let kept { XCTAssertTrue(stored.contains(kept), stored) }
        }
    }

    /// Made with transformers 5.24 and torchvision 0.29 of the same sizes (image 8, patch 2, width
    /// 4, depths 1 and 1, heads 1 and 2, window 2, `mlp_ratio` 2), parameters from `torch.randn`
    /// times 0.5 in half precision.
    func testSwinOfOthersGivesItsLogits() throws {
        let json = #"""
            {"img_size": 8, "patch_size": 2, "window_size": 2, "embed_dim": 4, "depths": [1, 1],
            "num_heads": [1, 2], "mlp_ratio": 2}
            """#
        for weights in ["huggingface_swin.safetensors", "torchvision_swin.safetensors"] {
            _ = try checkLogits(
                weights, reference: weights, model: "swin_mini", configuration: json)
        }
    }

    /// RadImageNet's ResNet: `nn.Sequential(*model.children())` below "backbone.", without a head.
    func testAResNetTakenApart() throws {
        let source = try ModelRegistry.make("resnet_mini", classes: 2, seed: 5)
        let numbers = ["conv1": "0", "bn1": "1", "layer1": "4", "layer2": "5", "layer3": "6"]
        let path = temporary()
        try SafeTensors.write(
            source.parameters.compactMap { parameter in
                let parts = parameter.name.split(separator: ".", maxSplits: 1).map(String.init)
                guard let number = numbers[parts[0]] else { return nil }
                return ("backbone.\(number).\(parts[1])", parameter.torchValue)
            }, to: path)
        let model = try ModelRegistry.make("resnet_mini", classes: 2, seed: 6)
        let report = try WeightImport.load(path, into: model)
        XCTAssertEqual(report.drawnAnew, ["fc.weight", "fc.bias"])
        XCTAssertEqual(report.match.guess, "names are below backbone.")
        for (from, to) in zip(source.parameters, model.parameters)
        where !from.name.hasPrefix("fc.") {
            XCTAssertEqual(from.value.values, to.value.values, from.name)
        }
    }

    func testTheCommand() throws {
        let program = try Program()
        defer { program.remove() }
        let (path, _) = try stored { $0.hasPrefix("classifier.") ? nil : ($0, $1) }
        func imported(_ classes: String, _ output: String, _ more: [String] = []) throws
            -> (code: Int32, output: String, errors: String)
        {
            try program.run(
                [
                    "import", path, "--model", "densenet_mini", "--classes", classes, "--output",
                    output,
                ] + more)
        }
        let done = try imported(" A, B ", "z.h5", ["--config", ""])
        XCTAssertEqual(done.code, 0, done.errors)
        XCTAssertTrue(done.errors.contains("warning: the head is drawn anew"), done.errors)
        XCTAssertEqual(try Checkpoint.read("\(program.folder)/z.h5").classes, ["A", "B"])
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let same = try imported("A,B", path)
        XCTAssertEqual(same.code, 2)
        XCTAssertTrue(same.errors.contains("is one of the files that are read"), same.errors)
        XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: path)), before)
        let wrong = try imported("A,B", "y.h5", ["--config", #"{"growth_rate": 65536}"#])
        XCTAssertEqual(wrong.code, 2)
        XCTAssertTrue(wrong.errors.contains("at most 2^30 are possible"), wrong.errors)
    }

    /// A checkpoint is refused as well: its maps would be NaN.
    func testACheckpointThatIsNotFiniteIsRefused() throws {
        let model = try target()
        var weights = Dictionary(
            uniqueKeysWithValues: model.parameters.map { ($0.name, $0.torchValue) })
        weights["classifier.bias"] = Tensor([Float.nan, 0], shape: [2])
        let path = temporary("h5")
        try Checkpoint(
            model: model.name, modelConfiguration: model.configuration.json, classes: ["A", "B"],
            weights: weights
        ).write(path)
        XCTAssertThrowsError(try WeightImport.export(checkpoint: path, to: temporary())) {
            XCTAssertTrue(
                "\($0)".contains("weights/classifier.bias: 1 of 2 values are not finite"), "\($0)")
        }
    }
}
