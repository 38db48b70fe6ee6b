import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineReports
import PlumblineStorage
import XCTest

/// `plumbline parts` beside numpy (Tools/oracle/parts_reference.py), and on phantoms.
final class PartsTests: XCTestCase {
    private struct Reference: Decodable {
        struct Image: Decodable {
            let name: String
            let label: String
            let box: [Int]
            let parts: [String: [Int]]
            let map: [Int]
        }
        struct Part: Decodable {
            let part: String
            let images: Int
            let absent: Int
            let missing: Int
            let quantities: [String: [Double]]
            let approximation: [Double]
            let spearman: Double?
        }
        struct Class: Decodable {
            let `class`: String
            let images: Int
            let withoutParts: Int
            let parts: [Part]

            enum CodingKeys: String, CodingKey {
                case `class`
                case images
                case parts
                case withoutParts = "without_parts"
            }
        }

        let height: Int
        let width: Int
        let thetas: [Double]
        let images: [Image]
        let rows: [String: [Double]?]
        let classes: [Class]
        let correlations: [String: [String: Double]]
    }

    private func reference() throws -> Reference {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Parts/parts.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }

    /// Writes the images, their annotations and their maps as another program would.
    private func write(_ reference: Reference, in program: Program) throws {
        var rows = "image,label,box,part\n"
        let maps = program.folder + "/maps"
        try createFolder(maps)
        for image in reference.images {
            try RasterImage(height: reference.height, width: reference.width, channels: 1).write(
                "\(program.folder)/\(image.name).png")
            func row(_ box: [Int], _ part: String) -> String {
                let numbers = box.map(String.init).joined(separator: " ")
                return "\(image.name).png,\(image.label),\(numbers),\(part)\n"
            }
            rows += row(image.box, "")
            for (part, box) in image.parts.sorted(by: { $0.key < $1.key }) {
                rows += row(box, part)
            }
            let values = image.map.map { Float($0) / 64 }
            try npy(values, [reference.height, reference.width]).write(
                to: URL(fileURLWithPath: "\(maps)/\(image.name).npy"))
        }
        try program.write(rows, to: "m.csv")
        try program.write(
            """
            data:
              classes: [bird, quadruped]
              target: label
              evaluate: {format: manifest, labels: m.csv}
            """, to: "data.yaml")
    }

    private func run(_ reference: Reference, in program: Program) throws -> PartsFile {
        try write(reference, in: program)
        let thetas = reference.thetas.map { "\($0)" }.joined(separator: ",")
        let run = try program.run([
            "parts", "--maps", "maps", "--data", "data.yaml", "--theta", thetas, "--output", "out",
        ])
        XCTAssertEqual(run.code, 0, run.errors)
        XCTAssertTrue(run.output.contains("PHQ2"), run.output)
        XCTAssertTrue(run.output.contains("1 images have no annotated part"), run.output)
        return try PartsFile.read(program.folder + "/out/maps.json")
    }

    func testTheSummaryIsNumpys() throws {
        let program = try Program()
        defer { program.remove() }
        let reference = try reference()
        let file = try run(reference, in: program)
        XCTAssertEqual(file.theta, 0.5)
        XCTAssertEqual(file.quartiles, "linear interpolation (Hyndman-Fan type 7)")
        XCTAssertNil(file.top1Error)
        XCTAssertEqual(file.classes.map(\.name), reference.classes.map(\.class))
        for (found, expected) in zip(file.classes, reference.classes) {
            XCTAssertEqual(found.images, expected.images)
            XCTAssertEqual(found.withoutParts, expected.withoutParts)
            XCTAssertEqual(found.parts.map(\.part), expected.parts.map(\.part))
            for (part, numbers) in zip(found.parts, expected.parts) {
                XCTAssertEqual(
                    [part.images, part.absent, part.missing],
                    [numbers.images, numbers.absent, numbers.missing], part.part)
                XCTAssertEqual(
                    part.missingReasons, part.missing > 0 ? ["constant map": part.missing] : [:])
                XCTAssertEqual(Set(part.quantities.keys), Set(numbers.quantities.keys))
                for (name, quartiles) in part.quantities {
                    let wanted = try XCTUnwrap(numbers.quantities[name])
                    for (value, number) in zip([quartiles.q1, quartiles.q2, quartiles.q3], wanted) {
                        XCTAssertEqual(value, number, accuracy: 1e-12, "\(part.part) \(name)")
                    }
                }
            }
        }
        for (found, expected) in zip(file.classes, reference.classes) {
            for (part, numbers) in zip(found.parts, expected.parts) {
                let approximation = try XCTUnwrap(part.approximation)
                let difference = approximation.difference
                for (value, number) in zip(
                    [difference.q1, difference.q2, difference.q3], numbers.approximation)
                {
                    XCTAssertEqual(value, number, accuracy: 1e-12, part.part)
                }
                XCTAssertEqual(
                    approximation.spearman ?? 9, numbers.spearman ?? 9, accuracy: 1e-9, part.part)
            }
        }
        for sweep in file.sweep {
            let wanted = try XCTUnwrap(reference.correlations["\(sweep.theta)"])
            for (metric, value) in wanted {
                let found = sweep.correlations.first { $0.metric == metric }?.spearman
                XCTAssertEqual(try XCTUnwrap(found), value, accuracy: 1e-9, metric)
            }
        }
    }

    func testEveryRowIsNumpys() throws {
        let program = try Program()
        defer { program.remove() }
        let reference = try reference()
        let file = try run(reference, in: program)
        let lines = try String(contentsOfFile: program.folder + "/out/maps.csv", encoding: .utf8)
            .split(separator: "\n")
        XCTAssertEqual(
            lines[0],
            "image,class,theta,part,ph,precision,recall,true_precision,dice,iou,reason")
        var absent = 0
        var keys: Set<String> = []
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let key = [fields[0], fields[2], fields[3]].joined(separator: ",")
            guard let row = reference.rows[key] else {
                XCTAssertEqual(fields[10], "absent", key)
                absent += 1
                continue
            }
            keys.insert(key)
            guard let row else {
                XCTAssertEqual(fields[10], "constant map", key)
                continue
            }
            for (field, number) in zip(fields[4..<10], row) {
                XCTAssertEqual(try XCTUnwrap(Double(field)), number, accuracy: 1e-12, key)
            }
        }
        XCTAssertEqual(keys, Set(reference.rows.keys))
        let expected = file.classes.flatMap(\.parts).reduce(0) { $0 + $1.absent }
        XCTAssertEqual(absent, expected * reference.thetas.count)
        let png = try RasterImage.read(program.folder + "/out/maps.png")
        // 175 mm at 200 dots per inch.
        XCTAssertEqual(png.width, 1378)
        let svg = try String(contentsOfFile: program.folder + "/out/maps.svg", encoding: .utf8)
        XCTAssertTrue(svg.contains(">quadruped<"))
    }

    func testWhatIsRefused() throws {
        let program = try Program()
        defer { program.remove() }
        try write(reference(), in: program)
        func refusal(_ arguments: String...) throws -> String {
            let run = try program.run(["parts"] + arguments)
            XCTAssertEqual(run.code, 2, "\(arguments): \(run.errors)")
            return run.errors
        }
        let data = ["--maps", "maps", "--data", "data.yaml", "--output", "out"]
        for theta in ["1", "-0.1", "0.5,0.5", "", "0.5,x"] {
            let run = try program.run(["parts"] + data + ["--theta=\(theta)"])
            XCTAssertEqual(run.code, 2, "\(theta): \(run.errors)")
            XCTAssertTrue(run.errors.contains("--theta"), run.errors)
        }
        let both = try refusal("--data", "data.yaml", "--output", "out")
        XCTAssertTrue(both.contains("give either --checkpoint or --maps"), both)
        // A part that is called as the pixels of no part.
        let rows = try String(contentsOfFile: program.folder + "/m.csv", encoding: .utf8)
        try program.write(rows.replacing(",body", with: ",background"), to: "m.csv")
        let name = try program.run(["parts"] + data)
        XCTAssertEqual(name.code, 2, name.errors)
        XCTAssertTrue(name.errors.contains("a part called background"), name.errors)
        // No parts at all.
        try program.write(
            rows.split(separator: "\n").filter { $0.hasSuffix(",") || $0.hasSuffix("part") }
                .joined(separator: "\n") + "\n", to: "m.csv")
        let none = try program.run(["parts"] + data)
        XCTAssertEqual(none.code, 2, none.errors)
        XCTAssertTrue(none.errors.contains("no image has an annotated part"), none.errors)
        XCTAssertFalse(FileManager.default.fileExists(atPath: program.folder + "/out/maps.json"))
    }

    /// From a checkpoint: predictions give the top-1 error, phantoms have anatomical parts.
    func testACheckpointOnPhantoms() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let configuration = try small.configuration("run")
        let checkpoint = try Experiment(configuration).train()
        let analyses = try PartsAnalysis.ofCheckpoint(
            checkpoint, thetas: PartsThetas([0.5, 0.25])
        ) { _ in
            try small.configuration(
                "run",
                [
                    "data.evaluate.options={parts: \(small.folder)/parts_valid.json}",
                    "evaluate.explanations=[gradient, grad_cam]",
                ])
        }
        XCTAssertEqual(analyses.map(\.file.explanation), ["gradient", "grad_cam"])
        for analysis in analyses {
            let entry = try XCTUnwrap(analysis.file.classes.first)
            XCTAssertEqual(analysis.file.classes.map(\.name), ["Cardiomegaly"])
            XCTAssertEqual(
                entry.parts.map(\.part),
                ["Heart", "Left Lung", "Mediastinum", "Right Lung", "background"])
            XCTAssertGreaterThan(entry.images, 2)
            for part in entry.parts {
                XCTAssertEqual(part.images + part.absent + part.missing, entry.images)
            }
            let error = try XCTUnwrap(entry.top1Error)
            XCTAssertTrue((0...1).contains(error))
            XCTAssertEqual(analysis.file.top1Error, error)
            XCTAssertEqual(analysis.file.sweep.map(\.theta), [0.5, 0.25])
            // The rows of the figure are those of the quartiles.
            let values = analysis.values(ofPart: "Heart", class: "Cardiomegaly")
            XCTAssertEqual(values.count, entry.parts[0].images)
        }
    }

    func testSummariesAreCompared() throws {
        let program = try Program()
        defer { program.remove() }
        for (name, error, score) in [("a", 0.1, 0.8), ("b", 0.6, 0.7), ("c", 0.2, 0.1)] {
            let part = PartsFile.Part(
                part: "beak", images: 3, absent: 0, missing: 0, missingReasons: [:],
                quantities: ["ph": .init(q1: score, q2: score, q3: score)])
            let entry = PartsFile.Class(
                name: "bird", images: 3, withoutParts: 0, top1Error: error, parts: [part])
            try createFolder("\(program.folder)/\(name)")
            try PartsFile(
                explanation: "grad_cam", source: "m", theta: 0.5, quartiles: "type 7", images: 3,
                top1Error: error, classes: [entry], sweep: []
            ).write("\(program.folder)/\(name)/grad_cam.json")
        }
        let files = ["a", "b", "c"].map { "\($0)/grad_cam.json" }
        let run = try program.run(
            ["parts", "compare"] + files + ["--error-split", "0.5", "--output", "out"])
        XCTAssertEqual(run.code, 0, run.errors)
        let csv = try String(contentsOfFile: program.folder + "/out/compare.csv", encoding: .utf8)
        XCTAssertEqual(
            csv.split(separator: "\n").dropFirst().map(String.init),
            [
                "a/grad_cam,bird,0.8,0.1,\"high score, low error\"",
                "b/grad_cam,bird,0.7,0.6,\"low score, high error\"",
                "c/grad_cam,bird,0.1,0.2,\"low score, low error\"",
            ])
        for name in ["compare.png", "compare.svg"] {
            XCTAssertTrue(FileManager.default.fileExists(atPath: "\(program.folder)/out/\(name)"))
        }
        let missing = try program.run(["parts", "compare", "none.json", "--output", "out"])
        XCTAssertEqual(missing.code, 1)
        XCTAssertTrue(missing.errors.contains("none.json"), missing.errors)
    }
}
