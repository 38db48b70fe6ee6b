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
}
