import Foundation
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// Scores of Quantus 0.6.0, Captum and AutoTimm on a small network, with the same random numbers
/// (Tools/oracle/quantus_reference.py).
///
/// Where Quantus defines a score otherwise, the fixture has both its value and what Plumbline's
/// definition makes of the predictions that Quantus asked for. The page ComparedWithQuantus says
/// why.
final class QuantusReferenceTests: XCTestCase {
    private struct Fixture: Decodable {
        struct Score: Decodable {
            let quantus: Double
            let value: Double
            let scaled: Double?
            let meanOfTheImage: Double?

            enum CodingKeys: String, CodingKey {
                case quantus, value, scaled
                case meanOfTheImage = "mean_of_the_image"
            }
        }
        struct AutoTimm: Decodable {
            let auc: Double?
            let finalDrop: Double?
            let finalRise: Double?
            let sensitivity: Double?
            let std: Double?
            let maxChange: Double?

            enum CodingKeys: String, CodingKey {
                case auc, sensitivity, std
                case finalDrop = "final_drop"
                case finalRise = "final_rise"
                case maxChange = "max_change"
            }
        }
        struct Case: Decodable {
            let image: [Float]
            let map: [Float]
            let logits: [Double]
            let scores: [String: Score]
            let autotimm: [String: AutoTimm]
        }
        let side: Int
        let seed: UInt64
        let target: Int
        let kernel: [Float]
        let offset: [Float]
        let weight: [Float]
        let bias: [Float]
        let cases: [Case]

        static func read() throws -> Fixture {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Fixtures/quantus.json")
            return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
        }
    }

    /// The network of the script: a convolution, ReLU, means of squares, and a linear layer.
    private final class Network: Classifier, @unchecked Sendable {
        let name = "reference"
        let classCount = 3
        let parameters: [Parameter] = []
        let hasBatchNorm = false
        let configuration = ModelConfiguration(output: .multiclass)
        private let fixture: Fixture

        init(_ fixture: Fixture) { self.fixture = fixture }

        func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
            image
                .convolved(
                    Tensor(fixture.kernel, shape: [4, 3, 3, 1]),
                    bias: Tensor(fixture.offset, shape: [4]), padding: 1
                )
                .relu().averagePooled(kernel: 8, stride: 8)
                .reshaped([image.shape[0], 100])
                .linear(
                    Tensor(fixture.weight, shape: [3, 100]), Tensor(fixture.bias, shape: [3]))
        }
    }

    private func evidence(
        _ fixture: Fixture, _ row: Fixture.Case, map: [Float]? = nil
    ) -> Evidence {
        let model = Network(fixture)
        let image = Tensor(row.image, shape: [1, fixture.side, fixture.side, 1])
        let probe = Probe(
            model: model, method: Evaluator.Method("gradient", GradientExplanation()),
            target: fixture.target)
        return Evidence(
            id: "image", target: fixture.target, logits: probe.logits(image).values, image: image,
            explanation: "gradient",
            relevance: Tensor(map ?? row.map, shape: [fixture.side, fixture.side, 1]),
            probe: probe, seed: fixture.seed)
    }

    private func scores(_ names: [String], _ evidence: Evidence) throws -> [String: Double] {
        Dictionary(
            uniqueKeysWithValues: try evidence.scores(try names.map(MetricRegistry.make))
                .map { ($0.metric, $0.value.value ?? .nan) })
    }

    private func same(
        _ value: Double?, _ expected: Double, _ what: String, share: Double = 2e-4,
        atLeast: Double = 2e-6, line: UInt = #line
    ) {
        XCTAssertEqual(
            value ?? .nan, expected, accuracy: max(atLeast, share * abs(expected)), what, line: line
        )
    }

    func testTheNetworkIsTheSame() throws {
        let fixture = try Fixture.read()
        XCTAssertEqual(fixture.cases.count, 2)
        for row in fixture.cases {
            for (logit, expected) in zip(evidence(fixture, row).logits, row.logits) {
                XCTAssertEqual(Double(logit), expected, accuracy: 1e-5)
            }
        }
    }

    func testScoresOfQuantus() throws {
        let fixture = try Fixture.read()
        for (index, row) in fixture.cases.enumerated() {
            let contributions = zip(row.image, row.map).map(*)
            for (name, expected) in row.scores {
                let what = "\(name), image \(index)"
                let map = name == "completeness_error" ? contributions : nil
                // The four measures of stability are one metric.
                let isStability =
                    name.hasPrefix("relative_") || name.hasPrefix("local_")
                    || name == "max_sensitivity"
                let metric = isStability ? "max_sensitivity" : name
                let found = try scores([metric], evidence(fixture, row, map: map))
                // Divisions by gradients near 0 enlarge roundings.
                same(
                    found[name], expected.value, what,
                    share: name.hasPrefix("relative_") ? 2e-2 : 2e-4)
                if let scaled = expected.scaled {
                    same(found["infidelity_scaled"], scaled, what)
                }
            }
        }
    }

    /// How Quantus's own numbers follow from Plumbline's, where they differ by a rule.
    func testWhereQuantusCountsOtherwise() throws {
        let fixture = try Fixture.read()
        for row in fixture.cases {
            // An area of steps that are 1 wide, over the segments.
            let irof = try XCTUnwrap(row.scores["irof:grid_8"])
            XCTAssertGreaterThan(abs(try XCTUnwrap(irof.meanOfTheImage) / 25 - irof.value), 1e-3)
            // Its mean is that of the image which is partly replaced already, so it drifts.
            XCTAssertGreaterThan(abs(irof.quantus - irof.meanOfTheImage!), 1e-3)
            // Pixels of a black image become black: nothing changes, and nothing falls.
            let monotonicity = try XCTUnwrap(row.scores["monotonicity"])
            XCTAssertEqual(monotonicity.quantus, 1)
            XCTAssertLessThan(monotonicity.value, 0.5)
            // Exact equality of two sums of floating-point numbers.
            XCTAssertEqual(row.scores["completeness_error"]?.quantus, 0)
            // Squares stay removed while the next ones are, up to the whole image.
            let infidelity = try XCTUnwrap(row.scores["infidelity"])
            XCTAssertGreaterThan(infidelity.quantus, 2 * infidelity.value)
            // The share of images that are still classified rightly, not a probability.
            XCTAssertEqual(row.scores["road"]?.quantus, 0)
        }
    }

    func testScoresOfAutoTimm() throws {
        let fixture = try Fixture.read()
        for row in fixture.cases {
            let evidence = evidence(fixture, row)
            for kind in ["blur", "black", "mean"] {
                let option = kind == "blur" ? "" : ":\(kind)"
                let found = try scores(["deletion\(option)", "insertion\(option)"], evidence)
                let deletion = try XCTUnwrap(row.autotimm["deletion:\(kind)"])
                let insertion = try XCTUnwrap(row.autotimm["insertion:\(kind)"])
                same(found["deletion_relative\(option)"], try XCTUnwrap(deletion.auc), kind)
                same(found["insertion_relative\(option)"], try XCTUnwrap(insertion.auc), kind)
                same(found["deletion_drop\(option)"], try XCTUnwrap(deletion.finalDrop), kind)
                same(found["insertion_rise\(option)"], try XCTUnwrap(insertion.finalRise), kind)
            }
            let preset = try scores(["deletion:autotimm", "insertion:autotimm"], evidence)
            XCTAssertEqual(preset.count, 6)
            let deletion = try XCTUnwrap(row.autotimm["deletion:blur"])
            let insertion = try XCTUnwrap(row.autotimm["insertion:blur"])
            same(preset["deletion:autotimm"], try XCTUnwrap(deletion.auc), "preset")
            same(preset["deletion_drop:autotimm"], try XCTUnwrap(deletion.finalDrop), "preset")
            same(preset["insertion:autotimm"], try XCTUnwrap(insertion.auc), "preset")
            same(preset["insertion_rise:autotimm"], try XCTUnwrap(insertion.finalRise), "preset")
            let noise = try XCTUnwrap(row.autotimm["noise"])
            let found = try scores(["noise_sensitivity"], evidence)
            same(found["noise_sensitivity"], try XCTUnwrap(noise.sensitivity), "noise")
            same(found["noise_sensitivity_std"], try XCTUnwrap(noise.std), "noise", share: 2e-3)
            same(found["noise_sensitivity_max"], try XCTUnwrap(noise.maxChange), "noise")
        }
    }
}
