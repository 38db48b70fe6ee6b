import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// A multiclass model from training to tables.
final class MulticlassRunTests: XCTestCase {
    private var program: Program!
    private var folder: String { program.folder }

    override func setUpWithError() throws {
        program = try Program()
        for (name, seed) in [("train", 1), ("valid", 2)] {
            var phantoms = PhantomDataset()
            phantoms.count = 30
            phantoms.size = 40
            phantoms.seed = UInt64(seed)
            phantoms.prevalence = 0.8
            phantoms.isSingleLabel = true
            phantoms.findings = [.cardiomegaly, .pleuralEffusion]
            try phantoms.write(to: folder, name: name)
        }
    }

    override func tearDown() { program.remove() }

    private func yaml(_ target: String, output: String = "multiclass") -> String {
        """
        threads: 1
        data:
          classes: [Cardiomegaly, Pleural Effusion, No Finding]
          target: \(target)
          size: 32
          align: {labels: train.csv, masks: gt_segmentations_train.json}
          evaluate: {labels: valid.csv, masks: gt_segmentations_valid.json}
        model:
          name: densenet_mini
          output: \(output)
          config: {growth_rate: 4, block_config: [2, 2], num_init_features: 8, bn_size: 2}
        train: {epochs: 2, batch_size: 8, learning_rate: 0.002, label_smoothing: 0.1}
        align: {epochs: 1, batch_size: 4, accumulation: 2, learning_rate: 0.001}
        evaluate: {panel_images: 2}
        """
    }

    private func run(_ arguments: String...) throws -> (code: Int32, output: String, errors: String)
    {
        try program.run(arguments)
    }

    func testARunOnOneClass() throws {
        try program.write(yaml("Cardiomegaly"), to: "c.yaml")
        let result = try run("run", "c.yaml", "--set", "output=one")
        XCTAssertEqual(result.code, 0, result.errors)
        let results = try Results.read("\(folder)/one/results.h5")
        XCTAssertEqual(results.runs.count, 3)
        for run in results.runs {
            XCTAssertEqual(run.labelled, 30)
            let total = run.confusion.reduce(0) { $0 + $1.count }
            XCTAssertEqual(total, 30)
            let right = run.confusion.filter { $0.label == $0.prediction }
                .reduce(0) { $0 + $1.count }
            XCTAssertEqual(run.metrics["accuracy"]!, Double(right) / 30, accuracy: 1e-12)
            XCTAssertEqual(run.metrics["micro_f1"], run.metrics["accuracy"])
            XCTAssertNotNil(run.metrics["macro_auroc"])
            XCTAssertNil(run.metrics["top5_accuracy"], "there are three classes")
            let positive = results.images.filter { $0.run == run.run && $0.label == .positive }
            XCTAssertEqual(positive.count, run.positives)
        }
        let checkpoint = try Checkpoint.facts("\(folder)/one/align/last.h5")
        XCTAssertEqual(checkpoint.output, "multiclass")
    }

    /// Every image is aligned and evaluated on its own class, with the mask of that class.
    func testARunOnEachImagesLabel() throws {
        try program.write(yaml("label"), to: "c.yaml")
        let result = try run("run", "c.yaml", "--set", "output=label")
        XCTAssertEqual(result.code, 0, result.errors)
        let results = try Results.read("\(folder)/label/results.h5")
        let masses = results.scores.filter {
            $0.run == results.runs[0].run && $0.metric == "mass_accuracy"
        }
        XCTAssertEqual(masses.count, 30)
        let labels = try CheXpert.images(
            "\(folder)/valid.csv", classes: ["Cardiomegaly", "Pleural Effusion"])
        let withFinding = labels.count { $0.labels.contains(1) }
        XCTAssertEqual(masses.count { $0.value != nil || $0.reason != "no mask" }, withFinding)
        // Evaluated by the prediction: the same images, and masks of the predicted class.
        let predicted = try run(
            "evaluate", "--checkpoint", "label/start/last.h5", "--data", "c.yaml", "--output",
            "predicted.h5", "--set", "data.target=predicted")
        XCTAssertEqual(predicted.code, 0, predicted.errors)
        let judged = try Results.read("\(folder)/predicted.h5")
        let reasons = judged.scores.filter { $0.metric == "mass_accuracy" }
        XCTAssertEqual(reasons.count, 30)
        for row in judged.images where row.label == .negative {
            let score = reasons.first { $0.image == row.image }!
            XCTAssertEqual(score.reason, "no mask", "a wrong prediction has no mask of its class")
        }
    }

    func testWhatDoesNotFitIsRefused() throws {
        try program.write(yaml("label", output: "multilabel"), to: "c.yaml")
        let label = try run("run", "c.yaml", "--set", "output=x")
        XCTAssertEqual(label.code, 2)
        XCTAssertTrue(label.errors.contains("label needs one label per image"), label.errors)
        try program.write(yaml("predicted"), to: "c.yaml")
        let predicted = try run("run", "c.yaml", "--set", "output=x")
        XCTAssertEqual(predicted.code, 2, predicted.errors)
        XCTAssertTrue(predicted.errors.contains("cannot be aligned"), predicted.errors)
        XCTAssertFalse(FileManager.default.fileExists(atPath: "\(folder)/x"))

        var phantoms = PhantomDataset()
        phantoms.count = 30
        phantoms.size = 40
        phantoms.prevalence = 0.9
        try phantoms.write(to: folder, name: "both")
        try program.write(yaml("Cardiomegaly"), to: "c.yaml")
        let both = try run(
            "run", "c.yaml", "--set", "output=x", "--set", "data.align.labels=both.csv", "--set",
            "data.align.masks=gt_segmentations_both.json")
        XCTAssertEqual(both.code, 1, both.errors)
        XCTAssertTrue(
            both.errors.contains("has the labels Cardiomegaly and Pleural Effusion"), both.errors)
    }

    func testPredictWritesOneRowPerImage() throws {
        try program.write(yaml("Cardiomegaly"), to: "c.yaml")
        XCTAssertEqual(try run("train", "c.yaml", "--set", "output=p").code, 0)
        let labelled = try run(
            "predict", "--checkpoint", "p/start/last.h5", "--data", "c.yaml", "--output", "p.csv")
        XCTAssertEqual(labelled.code, 0, labelled.errors)
        let lines = try String(contentsOfFile: "\(folder)/p.csv", encoding: .utf8)
            .split(separator: "\n")
        XCTAssertEqual(lines[0], "image,label,top1,p1,top2,p2,top3,p3")
        XCTAssertEqual(lines.count, 31)
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let probabilities = [3, 5, 7].map { Float(fields[$0])! }
            XCTAssertEqual(probabilities.reduce(0, +), 1, accuracy: 1e-5)
            XCTAssertEqual(probabilities, probabilities.sorted(by: >))
            XCTAssertTrue(
                ["Cardiomegaly", "Pleural Effusion", "No Finding"].contains(String(fields[1])))
        }
        // A folder has no labels; a bad image is listed, and the others are written.
        try Data("no image".utf8).write(to: URL(fileURLWithPath: "\(folder)/valid/bad.png"))
        let plain = try run(
            "predict", "--checkpoint", "p/start/last.h5", "--images", "valid", "--output",
            "q.csv")
        XCTAssertEqual(plain.code, 1)
        XCTAssertTrue(plain.errors.contains("bad.png"), plain.errors)
        let rows = try String(contentsOfFile: "\(folder)/q.csv", encoding: .utf8)
            .split(separator: "\n")
        XCTAssertEqual(rows.count, 31)
        XCTAssertTrue(rows[1].contains(",,"), "\(rows[1])")
        // A configuration that names no classes takes those of the checkpoint.
        try program.write(
            """
            data:
              target: Pleural Effusion
              evaluate: {labels: valid.csv, masks: gt_segmentations_valid.json}
            """, to: "short.yaml")
        let short = try run("evaluate", "--checkpoint", "p/start/last.h5", "--data", "short.yaml")
        XCTAssertEqual(short.code, 0, short.errors)
        let again = try run(
            "predict", "--checkpoint", "p/start/last.h5", "--data", "short.yaml", "--output",
            "r.csv")
        XCTAssertEqual(again.code, 0, again.errors)
        XCTAssertEqual(
            try String(contentsOfFile: "\(folder)/r.csv", encoding: .utf8),
            lines.joined(separator: "\n") + "\n")
        // A conflict names both values.
        let conflict = try run(
            "evaluate", "--checkpoint", "p/start/last.h5", "--data", "c.yaml", "--set",
            "model.output=multilabel")
        XCTAssertEqual(conflict.code, 2)
        XCTAssertTrue(
            conflict.errors.contains("is multilabel here, but p/start/last.h5 is multiclass"),
            conflict.errors)
    }
}
