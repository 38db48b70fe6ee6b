import Foundation
import PlumblineExperiments
import PlumblineStorage
import XCTest

/// `plumbline compare`, and what `plumbline evaluate` prints behind its table.
final class CompareTests: XCTestCase {
    func testMethodsOfAResultsFile() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let program = try Program()
        defer { program.remove() }
        let checkpoint = try Experiment(small.configuration("run")).train()
        let yaml = try program.write(
            small.configuration("run").yaml(commented: false), to: "small.yaml")
        let evaluated = try program.run([
            "evaluate", "--checkpoint", checkpoint, "--data", yaml, "--output", "r.h5",
            "--metrics", "mass_accuracy,mask_area_share,deletion,random_class", "--set",
            "evaluate.explanations=[gradient, input_x_gradient, integrated_gradients]", "--quiet",
        ])
        XCTAssertEqual(evaluated.code, 0, evaluated.errors)
        let verdicts = evaluated.output.split(separator: "\n").filter {
            $0.hasPrefix("verdict: start, ")
        }
        XCTAssertEqual(verdicts.count, 3, evaluated.output)
        XCTAssertTrue(
            verdicts.allSatisfy { $0.contains("not among the metrics: insertion_relative") })

        let compared = try program.run([
            "compare", "r.h5", "--metric", "mass_accuracy", "--csv", "c.csv",
        ])
        XCTAssertEqual(compared.code, 0, compared.errors)
        XCTAssertTrue(compared.output.hasPrefix("mass accuracy (higher is better): "))
        for text in ["| method", "Friedman: chi-square", "Iman and Davenport: F", "Nemenyi: "] {
            XCTAssertTrue(compared.output.contains(text), text)
        }
        let rows = try String(contentsOfFile: "\(program.folder)/c.csv", encoding: .utf8)
            .split(separator: "\n")
        XCTAssertEqual(rows.count, 1 + 8 + 3 * 3 + 3 * 4)

        for (metric, problem) in [
            ("deletoin", "no metric is called deletoin; there are mass_accuracy, deletion"),
            ("mask_area_share", "is descriptive"),
        ] {
            let wrong = try program.run(["compare", "r.h5", "--metric", metric])
            XCTAssertEqual(wrong.code, 2)
            XCTAssertTrue(wrong.errors.contains(problem), wrong.errors)
            XCTAssertEqual(wrong.errors.split(separator: "\n").count, 1, wrong.errors)
        }
        XCTAssertEqual(
            try program.run(["compare", "r.h5", "--metric", "deletion", "--csv", "r.h5"]).code, 2)
        XCTAssertEqual(try program.run(["compare", "no.h5", "--metric", "deletion"]).code, 1)
    }

    /// The gap of two checkpoints is the gap of the run that made them.
    func testTwoCheckpoints() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let program = try Program()
        defer { program.remove() }
        let results = try small.run("run")
        let yaml = try program.write(
            small.configuration("run").yaml(commented: false), to: "small.yaml")
        let checkpoints = ["align", "misalign"].map { "\(small.folder)/run/\($0)/last.h5" }
        let compared = try program.run(
            ["compare"] + checkpoints + ["--data", yaml, "--output", "c.h5", "--quiet"])
        XCTAssertEqual(compared.code, 0, compared.errors)
        let lines = compared.output.split(separator: "\n").map(String.init)
        XCTAssertEqual(lines.prefix(2), ["A: \(checkpoints[0])", "B: \(checkpoints[1])"])
        XCTAssertTrue(compared.output.contains("A - B"), compared.output)

        let written = try Results.read("\(program.folder)/c.h5")
        XCTAssertEqual(Set(written.runs.map(\.factors.scenario)), ["A", "B"])
        for (scenario, name) in [("align", "A"), ("misalign", "B")] {
            let expected = try Self.masses(results, scenario)
            XCTAssertEqual(try Self.masses(written, name), expected)
            XCTAssertTrue(expected.contains { $0.value != nil })
        }

        let alone = try program.run(["compare", checkpoints[0], "--data", yaml])
        XCTAssertEqual(alone.code, 2)
        XCTAssertTrue(alone.errors.contains("compares two checkpoints, not 1"), alone.errors)
        let over = try program.run(
            ["compare"] + checkpoints + ["--data", yaml, "--output", "small.yaml"])
        XCTAssertEqual(over.code, 2)
        XCTAssertTrue(over.errors.contains("is one of the files that are read"), over.errors)
    }

    /// The mass accuracy of each image; `nil` where it is missing.
    private static func masses(
        _ results: Results, _ scenario: String
    ) throws -> [String: Double?] {
        let run = try XCTUnwrap(results.runs.first { $0.factors.scenario == scenario }).run
        let rows = results.scores.filter { $0.run == run && $0.metric == "mass_accuracy" }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.image, $0.value) })
    }
}
