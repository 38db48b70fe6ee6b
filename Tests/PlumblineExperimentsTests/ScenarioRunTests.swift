import Foundation
import PlumblineExperiments
import PlumblineStorage
import PlumblineTraining
import XCTest

/// Scenarios by name: how they are written, run, stored and told apart.
final class ScenarioRunTests: XCTestCase {
    private func scenarios(_ text: String) throws -> [Scenario] {
        try Configuration(yaml: "align: {scenarios: \(text)}", file: "test").align.scenarios
    }

    func testScenariosAreReadAndWritten() throws {
        XCTAssertEqual(try scenarios("[misalign, border]").map(\.name), ["misalign", "border"])
        let text = """
            {align: mask, wide: {target: mask, dilate: 0.05, shift: [0.1, -0.2]}, \
            low: {target: rows, share: 0.5}, other: {target: file, file: "a b.json"}}
            """
        let read = try scenarios(text)
        XCTAssertEqual(read.map(\.name), ["align", "wide", "low", "other"], "in their order")
        XCTAssertEqual(read[0], .align)
        XCTAssertEqual(read[1].goal.dilate, 0.05)
        XCTAssertEqual(read[1].goal.shiftDown, -0.2)
        XCTAssertEqual(read[2].goal.share, 0.5)
        XCTAssertEqual(read[3].goal.file, "a b.json")
        var configuration = Configuration()
        XCTAssertTrue(configuration.yaml(commented: false).contains("scenarios: [align, misalign]"))
        configuration.align.scenarios = read
        let again = try Configuration(
            yaml: configuration.yaml(commented: false), file: "again", overrides: [])
        XCTAssertEqual(again.align.scenarios, read)
    }

    func testWrongScenariosAreRefusedInOneLine() {
        let wrong = [
            "[align, align]", "[mine]", "{start: mask}", "{\"../x\": mask}", "{a: {target: masks}}",
            "{a: {dilate: 1}}", "{a: {target: mask, dilate: 2}}", "{a: {target: mask, radius: 1}}",
            "{a: {target: mask, shift: 3}}", "{a: {target: file}}", "{a: {target: mask, file: b}}",
            "{a: {target: border, share: 0}}", "{a: {target: mask, share: 0.5}}",
        ]
        for text in wrong {
            XCTAssertThrowsError(try scenarios(text), text) {
                let message = "\($0)"
                XCTAssertTrue(message.contains("align.scenarios"), message)
                XCTAssertFalse(message.contains("\n"), message)
            }
        }
    }

    func testEveryScenarioIsRunStoredAndComparedByItsGoal() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let wide = "align.scenarios={align: mask, wide: {target: mask, dilate: 0.1}, low: rows}"
        try small.run("one", [wide])
        let results = try Results.read("\(small.folder)/one/results.h5")
        XCTAssertEqual(results.runs.map(\.factors.scenario), ["start", "align", "wide", "low"])
        let pairs = try XCTUnwrap(results.predictionPairs)
        XCTAssertEqual(pairs.rowCount, 6)
        let agreements = try XCTUnwrap(pairs.reals("agreement"))
        XCTAssertTrue(agreements.allSatisfy { (0...1).contains($0) })
        XCTAssertNotEqual(
            try small.weights("one", "align"), try small.weights("one", "wide"))
        // Another goal under the same name is another stage.
        let wider = "align.scenarios={align: mask, wide: {target: mask, dilate: 0.2}, low: rows}"
        XCTAssertThrowsError(try small.run("one", [wider])) {
            XCTAssertTrue("\($0)".contains("align.scenarios"), "\($0)")
        }
    }

    func testSomeScenariosCanBeRun() throws {
        let small = try SmallRun()
        defer { small.remove() }
        let configuration = try small.configuration("one", [])
        _ = try Experiment(configuration, onlyScenarios: ["misalign"]).run()
        let results = try Results.read("\(small.folder)/one/results.h5")
        XCTAssertEqual(results.runs.map(\.factors.scenario), ["start", "misalign"])
        XCTAssertThrowsError(try Experiment(configuration, onlyScenarios: ["border"])) {
            XCTAssertTrue("\($0)".contains("no scenario border"), "\($0)")
        }
    }

    func testFewMasksAreAmongMoreMasks() throws {
        let small = try SmallRun()
        defer { small.remove() }
        func annotated(_ fraction: Double) throws -> Set<String> {
            let name = "share\(Int(fraction * 100))"
            try small.run(
                name, ["align.annotated_fraction=\(fraction)", "align.scenarios=[align]"])
            let text = try String(
                contentsOfFile: "\(small.folder)/\(name)/align/annotated.csv", encoding: .utf8)
            return Set(text.split(separator: "\n").dropFirst().map(String.init))
        }
        let few = try annotated(0.2)
        let more = try annotated(0.6)
        XCTAssertFalse(few.isEmpty)
        XCTAssertLessThan(few.count, more.count)
        XCTAssertTrue(few.isSubset(of: more))
    }

    func testTheCurveHasTheLocationGradient() throws {
        let small = try SmallRun()
        defer { small.remove() }
        try small.run("one", ["align.gradient_every=1"])
        let results = try Results.read("\(small.folder)/one/results.h5")
        let run = try XCTUnwrap(results.runs.first { $0.factors.scenario == "align" })
        let shares = try XCTUnwrap(results.curves[run.run]?.reals("location_gradient_share"))
        XCTAssertTrue(shares.contains { $0 > 0 && $0 < 1 })
        try small.run("two", ["align.gradient_every=0"])
        XCTAssertEqual(try small.weights("one", "align"), try small.weights("two", "align"))
    }
}
