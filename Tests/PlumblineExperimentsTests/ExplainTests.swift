import PlumblineData
import PlumblineExperiments
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import XCTest

/// Images and checkpoints that `explain` must handle.
final class ExplainTests: XCTestCase {
    private static let small = try! SmallRun()
    private static let program = try! Program()
    private var folder: String { Self.program.folder }
    private var checkpoint: String { "\(Self.small.folder)/trained/start/last.h5" }

    override class func setUp() {
        _ = try! Experiment(small.configuration("trained")).train()
    }
    override class func tearDown() {
        small.remove()
        program.remove()
    }

    private func image(_ name: String, _ height: Int = 40, _ width: Int = 40) throws {
        try createFolder(PathText.folder(of: "\(folder)/\(name)"))
        let values = (0..<(height * width)).map { Float($0 % 251) / 251 }
        try RasterImage(height: height, width: width, channels: 1, values: values).write(
            "\(folder)/\(name)")
    }

    private func explain(
        _ images: String, _ more: String..., checkpoint: String? = nil,
        className: String = "Cardiomegaly"
    ) throws -> (code: Int32, output: String, errors: String) {
        try Self.program.run(
            [
                "explain", "--checkpoint", checkpoint ?? self.checkpoint, "--class", className,
                "--images", images, "--output", "x.h5",
            ] + more)
    }

    private func maps() throws -> [String] {
        try HDF5File.open("\(folder)/x.h5").datasets(in: "explanations").sorted()
    }

    /// A checkpoint of fresh weights, as `import` makes it: without a run's settings.
    private func imported(_ model: String, _ configuration: String) throws -> String {
        let fresh = try ModelRegistry.make(
            model, classes: 2, configuration: ModelConfiguration(json: configuration))
        let weights = fresh.parameters.map { ($0.name, $0.torchValue) }
        let path = "\(folder)/\(model).h5"
        try Checkpoint(
            model: model, modelConfiguration: configuration, classes: ["A", " B "],
            weights: Dictionary(uniqueKeysWithValues: weights)
        ).write(path)
        return path
    }

    func testSizeAndChannelsAreTheModels() throws {
        try image("one/a.png")
        let vit = try imported(
            "vit_mini", #"{"img_size": 48, "patch_size": 8, "embed_dim": 24, "depth": 2}"#)
        let result = try explain("one", checkpoint: vit, className: "A")
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertEqual(
            try HDF5File.open("\(folder)/x.h5").shape(of: "explanations/one_a"), [48, 48, 3])
        let grey = try imported("densenet_mini", #"{"in_channels": 1}"#)
        // Names are trimmed, those of the checkpoint and the one asked for.
        let one = try explain(
            "one", "--set", "data.size=64", checkpoint: grey, className: " B")
        XCTAssertEqual(one.code, 0, one.errors)
        XCTAssertEqual(
            try HDF5File.open("\(folder)/x.h5").shape(of: "explanations/one_a"), [64, 64, 1])
        for (path, setting, words) in [
            (vit, "data.size=64", ["is 64", "takes 48"]),
            (grey, "data.channels=3", ["is 3", "takes 1"]),
            (grey, "data.size=8", ["is 8", "at least"]),
            (checkpoint, "data.channels=1", ["is 1 here", "was made with 3"]),
            (checkpoint, "data.sise=64", ["unknown key"]),
        ] {
            let name = path == checkpoint ? "Cardiomegaly" : "A"
            let refused = try explain("one", "--set", setting, checkpoint: path, className: name)
            XCTAssertEqual(refused.code, 2, refused.errors)
            for word in words { XCTAssertTrue(refused.errors.contains(word), refused.errors) }
            XCTAssertEqual(refused.errors.split(separator: "\n").count, 1, refused.errors)
        }
        let unknown = try explain("one", className: "Edema")
        XCTAssertTrue(
            unknown.errors.contains("no class Edema; there are Cardiomegaly, Pleural Effusion"))
    }

    /// A run's settings stored with other channels than the weights have.
    func testStoredSettingsThatContradictTheWeights() throws {
        try image("one/a.png")
        var stored = try Checkpoint.read(checkpoint)
        let settings = stored.configuration
        stored.configuration = settings.replacingOccurrences(of: "channels: 3", with: "channels: 1")
        XCTAssertNotEqual(stored.configuration, settings)
        try stored.write("\(folder)/other.h5")
        let refused = try explain("one", checkpoint: "other.h5")
        XCTAssertEqual(refused.code, 2, refused.errors)
        XCTAssertTrue(refused.errors.contains("other.h5: data.channels: is 1"), refused.errors)
    }

    func testMapsSayWhatMadeThem() throws {
        try image("origin/a.png")
        XCTAssertEqual(try explain("origin").code, 0)
        let file = try HDF5File.open("\(folder)/x.h5")
        XCTAssertEqual(try file.text("version"), plumblineVersion)
        XCTAssertEqual(try file.text("instruction_set"), instructionSet)
        XCTAssertEqual(try file.text("program"), try sha256(ofFile: Program.path))
        XCTAssertEqual(try file.text("checkpoint_hash").count, 64)
        let made = try Checkpoint.facts(checkpoint)
        XCTAssertEqual(made.identity["program"], plumblineProgram)
        let settings = try Configuration(yaml: try file.text("configuration"), file: "x.h5")
        let trained = try Configuration(yaml: made.configuration, file: "start")
        XCTAssertEqual(settings.data.classes, trained.data.classes)
        let written = try XCTUnwrap(ISO8601DateFormatter().date(from: try file.text("written")))
        XCTAssertLessThan(abs(written.timeIntervalSinceNow), 600)
    }

    func testThinImagesHaveOverlays() throws {
        try image("thin/a.png", 1, 2048)
        try image("thin/b.png", 20000, 1)
        try image("thin/c.png", 1, 1)
        let result = try explain("thin", "--overlays", "thin-overlays")
        XCTAssertEqual(result.code, 0, result.errors)
        let overlay = try RasterImage.read("\(folder)/thin-overlays/thin_b.png")
        XCTAssertEqual([overlay.height, overlay.width], [512, 1])
    }

    func testOneBadImageKeepsTheMapsOfTheOthers() throws {
        for name in ["a.png", "c.png"] { try image("some/\(name)") }
        try Self.program.write("", to: "some/b.jpg")
        try Self.program.write("hidden", to: "some/._a.png")
        let result = try explain("some")
        XCTAssertEqual(result.code, 1)
        XCTAssertEqual(result.output, "2 maps in x.h5\n")
        XCTAssertEqual(try maps(), ["some_a", "some_c"])
        XCTAssertTrue(result.errors.contains("left out some/b.jpg: neither"), result.errors)
        XCTAssertTrue(result.errors.contains("1 of 3 images cannot be read"), result.errors)
        // Without any result no file is written.
        try FileManager.default.removeItem(atPath: "\(folder)/x.h5")
        let single = try explain("some/b.jpg")
        XCTAssertEqual(single.code, 1)
        XCTAssertTrue(single.errors.hasSuffix("some/b.jpg: neither a JPEG nor a PNG image\n"))
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(folder)/x.h5"))
    }

    func testImagesOfOneName() throws {
        for name in ["film.png", "film.jpg"] { try image("twins/\(name)") }
        let result = try explain("twins", "--overlays", "twin-overlays")
        XCTAssertEqual(result.code, 0, result.errors)
        XCTAssertEqual(try maps(), ["twins_film_jpg", "twins_film_png"])
        XCTAssertEqual(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/twin-overlays").sorted(),
            ["twins_film_jpg.png", "twins_film_png.png"])
    }

    func testOutputsAreNoInputs() throws {
        try image("in/a.png")
        try FileManager.default.copyItem(atPath: checkpoint, toPath: "\(folder)/c.h5")
        try FileManager.default.linkItem(atPath: "\(folder)/c.h5", toPath: "\(folder)/link.h5")
        let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/c.h5"))
        func expect(_ arguments: [String], _ words: String, line: UInt = #line) throws {
            let common = ["explain", "--class", "Cardiomegaly"]
            let result = try Self.program.run(common + arguments)
            XCTAssertEqual(result.code, 2, result.errors, line: line)
            XCTAssertTrue(result.errors.contains(words), result.errors, line: line)
        }
        for output in ["c.h5", "./c.h5", "link.h5", "in/a.png"] {
            try expect(
                ["--checkpoint", "c.h5", "--images", "in", "--output", output],
                "\(output): is one of the files that are read")
        }
        let given = ["--checkpoint", "c.h5", "--images", "in", "--output", "y.h5", "--overlays"]
        try expect(given + ["in"], "in: is the folder that is read")
        try image("over/in_a.png")
        try FileManager.default.removeItem(atPath: "\(folder)/in/a.png")
        try FileManager.default.linkItem(
            atPath: "\(folder)/over/in_a.png", toPath: "\(folder)/in/a.png")
        try expect(given + ["over"], "over/in_a.png is read")
        try expect(
            ["--checkpoint", "c.h5", "--images", "in", "--output", "none/y.h5"], "no folder none")
        XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/c.h5")), before)
    }

    func testMapsThatAreNotFiniteAreCounted() throws {
        try image("one/a.png")
        var stored = try Checkpoint.read(checkpoint)
        // Finite weights whose product is not.
        for name in ["classifier.weight", "features.conv0.weight"] {
            let weight = stored.weights[name]!
            stored.weights[name] = Tensor(weight.values.map { _ in 3e38 }, shape: weight.shape)
        }
        try stored.write("\(folder)/overflows.h5")
        let result = try explain("one", checkpoint: "overflows.h5")
        XCTAssertTrue(result.errors.contains("1 of 1 maps have values"), result.errors)
    }

    func testNamesOfPhantomsAreNames() throws {
        for name in ["a/b", "", "..", ".hidden", "a\u{1B}[2J"] {
            let result = try Self.program.run(["phantoms", "ph", "--name", name, "--count", "1"])
            XCTAssertEqual(result.code, 2, "\(name): \(result.errors)")
        }
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(folder)/ph"))
    }
}
