import Experiments
import Foundation
import XCTest

final class ConfigurationTests: XCTestCase {
    private func message(_ yaml: String, _ overrides: [String] = []) -> String {
        do { _ = try Configuration(yaml: yaml, file: "c.yaml", overrides: overrides) } catch {
            return "\(error)"
        }
        return "nothing"
    }

    func testTheDefaultIsThePaper() throws {
        let align = Configuration().align
        XCTAssertEqual(
            [align.training.epochs, align.training.batchSize, align.training.accumulation],
            [25, 4, 4])
        XCTAssertEqual(
            [align.training.rate, align.training.weightDecay, align.training.clip, align.lambda],
            [1e-4, 0.01, 0.5, 1])
        XCTAssertEqual(
            try Configuration(yaml: Configuration().yaml(), file: "x").yaml(),
            Configuration().yaml(), "what is printed can be read")
    }

    func testOverrides() throws {
        let c = try Configuration(
            yaml: "seed: 3\nalign: {lambda: 2}", file: "x",
            overrides: ["align.lambda=0.5", "data.classes=[A, B]", "data.target=B"])
        XCTAssertEqual(c.seed, 3)
        XCTAssertEqual(c.align.lambda, 0.5)
        XCTAssertEqual(c.data.classes, ["A", "B"])
    }

    func testWhatIsWrongIsNamed() {
        XCTAssertEqual(
            message("align:\n  epoch: 3\n"),
            "c.yaml: align.epoch: unknown key; `plumbline config` lists all")
        XCTAssertTrue(message("lambda: 3\n").contains("is align.lambda meant?"))
        XCTAssertTrue(
            message("align:\n  epochs: many\n").contains(
                "align.epochs: a whole number from 0 to 1000000 is wanted, not many"))
        XCTAssertTrue(
            message("align:\n  output_seed: two\n").contains("one of default, one, logit"))
        XCTAssertTrue(message("data:\n  target: X\n").contains("X is not among data.classes"))
        XCTAssertTrue(message("a: [").contains("YAML"))
        XCTAssertTrue(message("", ["seed"]).contains("key=value is wanted"))
        XCTAssertTrue(
            message("align:\n  explanation: magic\n").contains(
                "align.explanation: unknown explanation magic"))
    }
}
