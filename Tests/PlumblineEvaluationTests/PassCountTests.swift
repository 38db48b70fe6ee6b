import PlumblineEvaluation
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// What metrics cost is counted without asking the model.
final class PassCountTests: XCTestCase {
    private static let side = 24

    private func evidence() throws -> Evidence {
        var random = RandomGenerator(seed: 2)
        let image = Tensor(
            (0..<Self.side * Self.side * 3).map { _ in random.uniform() },
            shape: [1, Self.side, Self.side, 3])
        let model = try ModelRegistry.make("densenet_mini", classes: 3, seed: 5)
        let probe = Probe(
            model: model, method: Evaluator.Method("gradient", GradientExplanation()), target: 0)
        let map = try probe.relevance(of: image, seed: 3)
        return Evidence(
            id: "image", target: 0, logits: probe.logits(image).values, image: image,
            explanation: "gradient", relevance: map.reshaped(Array(map.shape.dropFirst())),
            probe: probe, seed: 3)
    }

    func testADryRunCountsWhatARunAsks() throws {
        let evidence = try evidence()
        for metric in try MetricRegistry.all() {
            let dry = try evidence.passes(of: [metric])
            XCTAssertEqual(dry, try evidence.countedPasses(of: [metric]), metric.name)
            if metric.needs.isDisjoint(with: [.model, .explanation]) {
                XCTAssertEqual(dry, PassCount(), metric.name)
            }
        }
    }

    func testCountsByHand() throws {
        let evidence = try evidence()
        func passes(_ name: String) throws -> PassCount {
            try evidence.passes(of: [MetricRegistry.make(name)])
        }
        XCTAssertEqual(try passes("average_drop").forwardPasses, 1)
        XCTAssertEqual(try passes("noise_sensitivity"), PassCount(maps: 50))
        XCTAssertEqual(try passes("repeatability_rank"), PassCount(maps: 4))
        XCTAssertEqual(try passes("randomisation"), PassCount(maps: 1))
        XCTAssertEqual(try passes("randomisation_top_down"), PassCount(maps: 8))
    }

    func testEveryProfileHasItsMetrics() throws {
        for profile in MetricProfile.allCases {
            XCTAssertNoThrow(try profile.names().map(MetricRegistry.make), "\(profile)")
        }
        let names = try MetricProfile.research.names()
        XCTAssertTrue(
            Set(try MetricProfile.debugging.names() + MetricProfile.deployment.names())
                .isSubset(of: names))
    }
}
