import Foundation
import PlumblineExperiments
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Which classes and which head an imported checkpoint has.
final class ImportHeadTests: XCTestCase {
    private var program: Program!
    private let config = #"{"growth_rate": 4, "block_config": [1, 1], "num_init_features": 8}"#

    override func setUpWithError() throws { program = try Program() }
    override func tearDown() { program.remove() }

    /// Weights of a model of three classes, under torchvision's names.
    private func weights(
        _ name: String, metadata: [String: String] = [:],
        rename: (String) -> String? = { $0 }
    ) throws -> [String: [Float]] {
        let model = try ModelRegistry.make(
            "densenet_mini", classes: 3, configuration: ModelConfiguration(json: config), seed: 9)
        let tensors = model.parameters.compactMap { parameter in
            rename(parameter.name).map { (name: $0, value: parameter.torchValue) }
        }
        try SafeTensors.write(tensors, metadata: metadata, to: "\(program.folder)/\(name)")
        return Dictionary(
            uniqueKeysWithValues: model.parameters.map {
                ($0.name, $0.torchValue.values)
            })
    }

    private func run(_ weights: String, _ arguments: String...) throws
        -> (code: Int32, output: String, errors: String)
    {
        try program.run(
            [
                "import", weights, "--model", "densenet_mini", "--config", config, "--output",
                "out.h5",
            ] + arguments)
    }

    private var checkpoint: Checkpoint {
        get throws { try Checkpoint.read("\(program.folder)/out.h5") }
    }

    func testWithoutClassesTheHeadIsKeptAndNumbered() throws {
        let values = try weights("plain.safetensors")
        let result = try run("plain.safetensors")
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertTrue(
            result.output.contains(
                "multiclass: exactly one class per image (softmax); --kind says otherwise"),
            result.output)
        XCTAssertTrue(result.output.contains("does not name its 3 classes"), result.output)
        let checkpoint = try checkpoint
        XCTAssertEqual(checkpoint.classes, ["class_0", "class_1", "class_2"])
        XCTAssertEqual(checkpoint.output, "multiclass")
        XCTAssertEqual(
            checkpoint.weights["classifier.weight"]!.values, values["classifier.weight"])
        let independent = try run("plain.safetensors", "--kind", "multilabel")
        XCTAssertEqual(independent.code, 0)
        XCTAssertEqual(try self.checkpoint.output, "multilabel")
    }

    /// The head has another name in the file, and its size is found all the same.
    func testAHeadOfAnotherNameIsKept() throws {
        _ = try weights("other.safetensors") {
            $0.replacingOccurrences(of: "classifier", with: "fc")
        }
        let result = try run("other.safetensors")
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertEqual(try checkpoint.classes.count, 3)
    }

    func testTheFileNamesItsClasses() throws {
        _ = try weights(
            "named.safetensors",
            metadata: ["classes": #"["cat","dog","a|b"]"#, "output": "multilabel"])
        XCTAssertEqual(try run("named.safetensors").code, 0)
        XCTAssertEqual(try checkpoint.classes, ["cat", "dog", "a|b"])
        XCTAssertEqual(try checkpoint.output, "multilabel")
        // Another order would exchange the classes silently.
        let other = try run("named.safetensors", "--classes", "dog,cat,a|b")
        XCTAssertEqual(other.code, 2)
        XCTAssertTrue(
            other.errors.contains("class 1 of the head is cat, not dog"), other.errors)
    }

    func testAnExportedCheckpointComesBackAsItWas() throws {
        _ = try weights("named.safetensors", metadata: ["classes": "x|y|z"])
        XCTAssertEqual(try run("named.safetensors").code, 0)
        let before = try checkpoint
        for name in ["back.safetensors", "back.h5"] {
            XCTAssertEqual(try program.run(["export", "out.h5", "--output", name]).code, 0)
            XCTAssertEqual(try run(name).code, 0)
            let after = try checkpoint
            XCTAssertEqual(after.classes, ["x", "y", "z"])
            XCTAssertEqual(after.output, before.output)
            XCTAssertEqual(
                after.weights.mapValues(\.values), before.weights.mapValues(\.values))
        }
    }

    func testAHeadIsThrownAwayOnlyIfAsked() throws {
        _ = try weights("plain.safetensors")
        let refused = try run("plain.safetensors", "--classes", "A,B")
        XCTAssertEqual(refused.code, 2)
        XCTAssertTrue(
            refused.errors.contains("names 2 classes, and the head of the file has 3"),
            refused.errors)
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(program.folder)/out.h5"))
        let new = try run("plain.safetensors", "--classes", "A,B", "--new-head")
        XCTAssertEqual(new.code, 0, new.errors)
        XCTAssertTrue(new.errors.contains("warning: the head is drawn anew"), new.errors)
        XCTAssertEqual(try checkpoint.classes, ["A", "B"])
        XCTAssertEqual(try checkpoint.output, "multilabel")
    }

    func testAFileWithoutAHeadNeedsNames() throws {
        _ = try weights("backbone.safetensors") { $0.hasPrefix("classifier") ? nil : $0 }
        let unnamed = try run("backbone.safetensors")
        XCTAssertEqual(unnamed.code, 2)
        XCTAssertTrue(
            unnamed.errors.contains("has no head that fits the model"), unnamed.errors)
        let named = try run("backbone.safetensors", "--classes", "A,B")
        XCTAssertEqual(named.code, 0, named.errors)
        XCTAssertTrue(named.errors.contains("warning: the head is drawn anew"), named.errors)
    }

    func testClassesFromAFile() throws {
        _ = try weights("plain.safetensors")
        try program.write("\u{FEFF}one \r\ntwo\r\nthree\r\n\r\n", to: "names.txt")
        let result = try run("plain.safetensors", "--classes-file", "names.txt")
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertEqual(try checkpoint.classes, ["one", "two", "three"])
        for (text, message) in [
            ("a\nb\na\n", "line 3 has a again, as line 1"), ("a\n\nb\n", "line 2 is empty"),
            ("\n", "has no names"),
        ] {
            try program.write(text, to: "bad.txt")
            let bad = try run("plain.safetensors", "--classes-file", "bad.txt")
            XCTAssertEqual(bad.code, 2)
            XCTAssertTrue(bad.errors.contains(message), bad.errors)
        }
        let both = try run("plain.safetensors", "--classes-file", "x", "--classes", "A,B,C")
        XCTAssertEqual(both.code, 2)
        let number = try run("plain.safetensors", "--classes", "3")
        XCTAssertEqual(number.code, 2)
        XCTAssertTrue(number.errors.contains("not their number"), number.errors)
    }
}
