import Foundation
import PlumblineData
import PlumblineExperiments
import PlumblineExplanations
import PlumblineTraining
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
        let optimiser = align.training.optimiser
        XCTAssertEqual(
            [optimiser.learningRate, optimiser.weightDecay, optimiser.beta1, optimiser.beta2],
            [1e-4, 0.01, 0.9, 0.999])
        XCTAssertEqual(align.training.clip, 0.5)
        XCTAssertEqual(align.lambda, 1)
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
                "align.epochs: must be a whole number from 0 to 1000000, not many"))
        XCTAssertTrue(
            message("align:\n  output_seed: two\n").contains("one of default, one, logit"))
        XCTAssertTrue(message("data:\n  target: X\n").contains("X is not among data.classes"))
        XCTAssertTrue(message("a: [").contains("YAML"))
        XCTAssertTrue(message("", ["seed"]).contains("must be key=value"))
        XCTAssertTrue(
            message("align:\n  explanation: magic\n").contains(
                "align.explanation: unknown explanation magic"))
    }

    func testYAMLAsPeopleAndProgramsWriteIt() throws {
        func read(_ yaml: String, _ overrides: [String] = []) throws -> Configuration {
            try Configuration(yaml: yaml, file: "c.yaml", overrides: overrides)
        }
        XCTAssertEqual(try read("align: {lambda: null}\nseed: ~").align.lambda, 1)
        XCTAssertEqual(try read("align: {lambda: 3}", ["align.lambda=null"]).align.lambda, 1)
        XCTAssertEqual(try read("model: {pretraining: 'null'}").model.pretraining, "null")
        XCTAssertEqual(try read("\u{FEFF}seed: 5").seed, 5)
        XCTAssertEqual(try read("{\"seed\": 6, \"align\": {\"lambda\": 2}}").seed, 6)
        let merged = try read("train: &t {epochs: 3, clip: 2}\nalign:\n  <<: *t\n  epochs: 4")
        XCTAssertEqual([merged.align.training.epochs, merged.train.epochs], [4, 3])
        XCTAssertEqual(merged.align.training.clip, 2)
        let several = try read(
            "train: &t {epochs: 3}\nalign:\n  <<: [*t, {epochs: 9, clip: 7}]")
        XCTAssertEqual(several.align.training.epochs, 3)
        XCTAssertEqual(several.align.training.clip, 7)
        let mapping = try read("model: {config: {depth: 2, block_config: [1, 2]}}")
        XCTAssertEqual(mapping.model.configuration, #"{"block_config":[1,2],"depth":2}"#)
        XCTAssertEqual(
            try read("", [#"model.config={"img_size": 32}"#]).model.configuration,
            #"{"img_size":32}"#)
        XCTAssertEqual(
            try read("", ["data.classes=[' A ', B]", "data.target=A"]).data.classes, ["A", "B"])
        XCTAssertEqual(
            try read("data: {deviation: 0.00048828125}").data.preprocessing.deviation[0],
            0.00048828125)
        for (yaml, words) in [
            ("seed: {}", "must be a whole number from 0 to 2147483647, not a mapping"),
            ("data: {classes: [A, A], target: A}", "a list of names, each once"),
            ("data: {classes: [A, null], target: A}", "a list of names"),
            ("data: {classes: [A, ' '], target: A}", "a list of names"),
            ("nonsense: {}", "unknown key"), ("threads: 1000", "are of use here"),
            ("[1, 2]", "must be a mapping of keys to values"),
        ] {
            XCTAssertTrue(message(yaml).contains(words), "\(yaml): \(message(yaml))")
        }
    }

    /// A configuration that is built in code is checked as one from a file.
    func testAConfigurationBuiltInCodeIsChecked() throws {
        func problem(_ change: (inout Configuration) -> Void) -> String {
            var configuration = Configuration()
            change(&configuration)
            do { _ = try configuration.validated() } catch { return "\(error)" }
            return "nothing"
        }
        XCTAssertEqual(problem { _ in }, "nothing")
        XCTAssertEqual(
            problem { $0.data.target = "Edema" },
            "configuration: data.target: Edema is not among data.classes (Cardiomegaly)")
        XCTAssertEqual(
            problem { $0.align.training.batchSize = 0 },
            "configuration: align.batch_size: must be a whole number from 1 to 4096, not 0")
        XCTAssertEqual(
            problem { $0.align.training.optimiser.learningRate = .nan },
            "configuration: align.learning_rate: must be a number from 0.0 to 100.0, not nan")
        XCTAssertEqual(
            problem { $0.data.classes = ["A", "A"] },
            "configuration: data.classes: must be a list of names, each once, not [\"A\", \"A\"]")
        XCTAssertTrue(
            problem { $0.evaluate.metrics = ["magic"] }.hasPrefix(
                "configuration: evaluate.metrics: no metric is called magic"))
    }

    func testTheIndexOfTheTargetIsThatOfItsClass() throws {
        var configuration = Configuration()
        configuration.data.classes = ["A", "B", "C"]
        configuration.data.target = "C"
        XCTAssertEqual(try configuration.validated().target, 2)
    }

    /// The paper's values are the defaults of the types that use them.
    func testDefaultsAreThoseOfTheirOwners() {
        let configuration = Configuration()
        XCTAssertEqual(configuration.align.training.plan, FineTuningPlan())
        XCTAssertEqual(configuration.align.objective, AlignmentObjective.Settings())
        XCTAssertEqual(configuration.data.preprocessing, Preprocessing())
        XCTAssertEqual(configuration.explanation, ExplanationSettings())
    }

    func testNamesWithControlCharactersAreReadBack() throws {
        let name = "A\n\u{1B}[2J\u{2028}\"\\ü"
        var configuration = Configuration()
        configuration.data.classes = [name]
        configuration.data.target = name
        let yaml = configuration.yaml()
        XCTAssertFalse(yaml.contains("\u{1B}"))
        XCTAssertEqual(try Configuration(yaml: yaml, file: "x").data.classes, [name])
    }
}
