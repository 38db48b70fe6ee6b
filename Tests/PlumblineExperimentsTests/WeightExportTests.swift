import Foundation
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// What `export` writes, and what `import` takes back.
///
/// `Tools/oracle/timm_export.py` loads the
/// files with timm.
final class WeightExportTests: XCTestCase {
    private static let shared = try! SmallRun()
    private var small: SmallRun { Self.shared }
    private let config =
        #"{"growth_rate": 4, "block_config": [2, 2], "num_init_features": 8, "bn_size": 2}"#

    override class func tearDown() { shared.remove() }

    /// - Returns: a checkpoint whose weights are random, with settings of images.
    private func checkpoint(_ name: String, _ preprocessing: [String]) throws -> String {
        if !FileManager.default.fileExists(atPath: "\(small.folder)/source/start/last.h5") {
            try small.run("source", ["train.epochs=0", "align.epochs=0"])
        }
        let weights = "\(small.folder)/\(name)_weights.safetensors"
        _ = try WeightImport.export(
            checkpoint: "\(small.folder)/source/start/last.h5", to: weights)
        let path = "\(small.folder)/\(name).h5"
        _ = try WeightImport.checkpoint(
            model: "densenet_mini", configuration: config, classes: nil, weights: weights,
            preprocessing: preprocessing, output: path)
        return path
    }

    private func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// Every setting of images comes back, from safetensors and from HDF5.
    func testPreprocessingComesBack() throws {
        let cases = [
            ["data.preprocessing=imagenet"], ["data.preprocessing=imagenet_timm", "data.size=64"],
            ["data.preprocessing=radimagenet_caffe"],
            ["data.preprocessing=chexpert_paper", "data.mean=[0.1, 0.2, 0.3]"],
        ]
        for (number, settings) in cases.enumerated() {
            let path = try checkpoint("case\(number)", settings)
            let stored = try Checkpoint.facts(path)
            XCTAssertFalse(stored.preprocessing.isEmpty)
            for ending in ["safetensors", "h5"] {
                let exported = "\(small.folder)/exported\(number)_\(ending).\(ending)"
                let export = try WeightImport.export(checkpoint: path, to: exported)
                XCTAssertTrue(
                    FileManager.default.fileExists(atPath: export.configurationPath))
                let again = "\(small.folder)/again\(number)_\(ending).h5"
                let report = try WeightImport.checkpoint(
                    model: "densenet_mini", configuration: config, classes: nil,
                    weights: exported, output: again)
                XCTAssertTrue(
                    report.lines.contains { $0.contains("says how an image becomes the input") })
                let result = try Checkpoint.facts(again)
                XCTAssertEqual(result.preprocessing, stored.preprocessing, ending)
                XCTAssertEqual(result.classes, stored.classes)
                XCTAssertEqual(result.output, stored.output)
            }
        }
        // What is given replaces what the file says.
        let own = "\(small.folder)/own.h5"
        _ = try WeightImport.checkpoint(
            model: "densenet_mini", configuration: config, classes: nil,
            weights: "\(small.folder)/exported0_safetensors.safetensors",
            preprocessing: ["data.preprocessing=imagenet_timm"], output: own)
        XCTAssertTrue(try Checkpoint.facts(own).preprocessing.contains("crop_fraction: 0.9"))
    }

    func testTheKeysOfTimm() throws {
        let path = try checkpoint("timm", ["data.preprocessing=imagenet"])
        let export = try WeightImport.export(
            checkpoint: path, to: "\(small.folder)/timm_out.safetensors")
        XCTAssertEqual(export.configurationPath, "\(small.folder)/timm_out.json")
        XCTAssertEqual(export.lines, [])
        let file = try json(export.configurationPath)
        XCTAssertEqual(file["architecture"] as? String, "densenet_mini")
        XCTAssertEqual(file["num_classes"] as? Int, 2)
        let images = try XCTUnwrap(file["pretrained_cfg"] as? [String: Any])
        XCTAssertEqual(images["input_size"] as? [Int], [3, 224, 224])
        XCTAssertEqual(images["mean"] as? [Double], [0.485, 0.456, 0.406])
        XCTAssertEqual(images["std"] as? [Double], [0.229, 0.224, 0.225])
        XCTAssertEqual(images["interpolation"] as? String, "bilinear")
        XCTAssertEqual(images["crop_pct"] as? Double, 0.875)
        XCTAssertEqual(images["crop_mode"] as? String, "center")
        XCTAssertEqual(
            images["label_names"] as? [String], ["Cardiomegaly", "Pleural Effusion"])
        // The share gives back the shorter side, whatever it is.
        for side in [225, 231, 240, 256, 257, 299, 341, 1000] {
            let name = "side\(side)"
            let path = try checkpoint(
                name, ["data.preprocessing=imagenet", "data.shorter_side=\(side)"])
            let export = try WeightImport.export(
                checkpoint: path, to: "\(small.folder)/\(name)_out.safetensors")
            let images = try XCTUnwrap(
                try json(export.configurationPath)["pretrained_cfg"] as? [String: Any])
            let share = try XCTUnwrap(images["crop_pct"] as? Double)
            XCTAssertEqual(Int((224 / share).rounded(.down)), side)
        }
    }

    /// What timm's keys cannot say is said; and what is not known is left out.
    func testWhatTimmCannotSay() throws {
        let path = try checkpoint("bgr", ["data.preprocessing=radimagenet_unit"])
        let export = try WeightImport.export(
            checkpoint: path, to: "\(small.folder)/bgr_out.safetensors")
        XCTAssertEqual(export.lines.count, 1)
        XCTAssertTrue(export.lines[0].contains("channel_order: bgr, antialias: false"))
        let trained = try WeightImport.export(
            checkpoint: "\(small.folder)/source/start/last.h5",
            to: "\(small.folder)/trained.safetensors")
        let images = try XCTUnwrap(
            try json(trained.configurationPath)["pretrained_cfg"] as? [String: Any])
        XCTAssertEqual(images["input_size"] as? [Int], [3, 32, 32])
        XCTAssertEqual(images["crop_mode"] as? String, "squash")
        XCTAssertThrowsError(
            try WeightImport.export(checkpoint: path, to: "\(small.folder)/x.txt")
        ) { XCTAssertTrue("\($0)".contains("must end in .safetensors"), "\($0)") }
    }
}
