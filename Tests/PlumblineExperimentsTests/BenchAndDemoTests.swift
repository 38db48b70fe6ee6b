import Foundation
import PlumblineStorage
import XCTest

/// The two commands that a newcomer tries first.
final class BenchAndDemoTests: XCTestCase {
    private var program: Program!

    override func setUpWithError() throws { program = try Program() }
    override func tearDown() { program.remove() }

    private func bench(_ arguments: String...) throws -> [String: Any] {
        let result = try program.run(["bench"] + arguments + ["--batch", "1", "--repeats", "1"])
        XCTAssertEqual(result.code, 0, result.errors)
        let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try XCTUnwrap(value as? [String: Any])
    }

    func testBenchPrintsOneLineOfJSON() throws {
        let small = "{\"growth_rate\": 4, \"block_config\": [1, 1], \"num_init_features\": 8}"
        var operations: [String: Double] = [:]
        for mode in ["infer", "explain", "train", "align"] {
            let row = try bench("densenet_mini", mode, "--config", small)
            XCTAssertEqual(row["mode"] as? String, mode)
            XCTAssertEqual(row["model"] as? String, "densenet_mini")
            let seconds = try XCTUnwrap(row["seconds"] as? Double)
            let gflops = try XCTUnwrap(row["gflops"] as? Double)
            XCTAssertGreaterThan(seconds, 0)
            XCTAssertGreaterThan(try XCTUnwrap(row["peak_gb"] as? Double), 0)
            operations[mode] = seconds * gflops
        }
        // A backward pass costs about two forward passes, and second derivatives more.
        XCTAssertGreaterThan(operations["explain"]!, 1.3 * operations["infer"]!)
        XCTAssertGreaterThan(operations["train"]!, 1.8 * operations["infer"]!)
        XCTAssertGreaterThan(operations["align"]!, 1.5 * operations["train"]!)
    }

    func testBenchRefusesWhatItCannotMeasure() throws {
        for (arguments, message) in [
            (["bench", "densenet_mini", "infer", "--repeats", "0"], "must be positive"),
            (["bench", "densenet_mini", "run"], "run"),
            (["bench", "no_model", "infer"], "no_model"),
        ] {
            let result = try program.run(arguments)
            XCTAssertEqual(result.code, 2, result.errors)
            XCTAssertTrue(result.errors.contains(message), result.errors)
        }
    }

    /// The whole demo with little training: tables, results, a picture; and once more, it has
    /// nothing left to do.
    func testTheDemoDoesWhatItSays() throws {
        let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("configs/demo.yaml").path
        let arguments = [
            "demo", "--config", config, "--output", "demo", "--set", "train.epochs=1", "--set",
            "align.epochs=1", "--set", "data.size=32",
        ]
        let first = try program.run(arguments)
        XCTAssertEqual(first.code, 0, first.errors)
        XCTAssertTrue(first.output.contains("| mass"), first.output)
        XCTAssertTrue(first.output.contains("picture: demo/panel.png"), first.output)
        let results = try Results.read("\(program.folder)/demo/results.h5")
        XCTAssertEqual(results.runs.map(\.factors.scenario), ["start", "align", "misalign"])
        XCTAssertEqual(results.images.count, 3 * 160)
        let second = try program.run(arguments)
        XCTAssertEqual(second.code, 0, second.errors)
        XCTAssertEqual(second.output, first.output)
    }
}
