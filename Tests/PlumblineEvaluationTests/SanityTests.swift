import Foundation
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// Checks that a map has to do with the model.
final class SanityTests: XCTestCase {
    private static let side = 32

    private func image(channels: Int = 3) -> Tensor {
        var random = RandomGenerator(seed: 2)
        return Tensor(
            (0..<Self.side * Self.side * channels).map { _ in random.uniform(-1, 1) },
            shape: [1, Self.side, Self.side, channels])
    }

    private func evidence(
        _ model: any Classifier, _ explanation: any Explanation, _ image: Tensor,
        relevance: Tensor? = nil
    ) throws -> Evidence {
        let probe = Probe(
            model: model, method: Evaluator.Method("method", explanation), target: 0)
        let map = try relevance ?? probe.relevance(of: image, seed: 3)
        return Evidence(
            id: "image", target: 0, logits: probe.logits(image).values, image: image,
            explanation: "method", relevance: map.reshaped(Array(map.shape.dropFirst())),
            probe: probe, seed: 3)
    }

    private func scores(_ names: [String], _ evidence: Evidence) throws -> [Score] {
        try evidence.scores(names.map(MetricRegistry.make))
    }

    func testRandomParametersChangeAGradientAndNotTheModel() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 3, seed: 5)
        let before = model.parameters.map { $0.value.values }
        let evidence = try evidence(model, GradientExplanation(), image())
        let names = [
            "randomisation", "randomisation_top_down", "randomisation_bottom_up",
            "randomisation_layers",
        ]
        let found = try scores(names, evidence)
        XCTAssertEqual(model.parameters.map { $0.value.values }, before)
        let all = try XCTUnwrap(found.first { $0.metric == "randomisation" })
        XCTAssertNil(all.part)
        XCTAssertLessThan(abs(try XCTUnwrap(all.value.value)), 0.5)
        func parts(_ name: String) -> [String] {
            found.filter { $0.metric == name }.compactMap(\.part)
        }
        let layers = parts("randomisation_layers")
        XCTAssertEqual(layers.count, 8)
        XCTAssertEqual(parts("randomisation_bottom_up"), layers)
        XCTAssertEqual(parts("randomisation_top_down"), layers.reversed())
        XCTAssertEqual(layers.first, "features.conv0")
        // The last stage of a cascade has all parameters random.
        for (name, last) in [
            ("randomisation_top_down", layers.first), ("randomisation_bottom_up", layers.last),
        ] {
            let end = found.first { $0.metric == name && $0.part == last }
            XCTAssertEqual(end?.value, all.value, name)
        }
        // The same image gives the same scores again.
        XCTAssertEqual(try scores(names, evidence), found)
    }

    /// A map that ignores the model stays the same.
    func testAMapWithoutAModelStaysTheSame() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 3, seed: 5)
        for score in try scores(["randomisation"], evidence(model, ImageItself(), image())) {
            XCTAssertEqual(try XCTUnwrap(score.value.value), 1, accuracy: 1e-9, score.metric)
        }
        let other = try scores(["random_class"], evidence(model, ImageItself(), image()))
        XCTAssertEqual(try XCTUnwrap(other[0].value.value), 1, accuracy: 1e-9)
    }

    func testAModelThatCannotBeMadeAnew() throws {
        let model = LinearClassifier([Float](repeating: 0.1, count: Self.side * Self.side))
        let evidence = try evidence(model, InputXGradient(), image(channels: 1))
        XCTAssertEqual(
            Set(try scores(["randomisation"], evidence).map(\.value.reason)), [.noArchitecture])
        XCTAssertEqual(
            Set(try scores(["random_class"], evidence).map(\.value.reason)), [.oneClass])
    }

    /// The Sobel gradient of one vertical edge is in the two columns beside it.
    func testEdges() throws {
        let values = (0..<Self.side * Self.side).map { Float($0 % Self.side < 10 ? 0 : 1) }
        let edge = Tensor(values, shape: [1, Self.side, Self.side, 1])
        let columns = Tensor(
            (0..<Self.side * Self.side).map { [9, 10].contains($0 % Self.side) ? 1 : 0 },
            shape: [1, Self.side, Self.side, 1])
        let model = LinearClassifier([Float](repeating: 0.1, count: Self.side * Self.side))
        let found = try scores(
            ["edge_similarity"], evidence(model, InputXGradient(), edge, relevance: columns))
        XCTAssertEqual(try XCTUnwrap(found[0].value.value), 1, accuracy: 1e-9)
    }

    /// Integrated gradients and input times gradient of a linear model add up.
    func testCompleteness() throws {
        let weights = (0..<Self.side * Self.side).map { Float($0 % 7) / 10 - 0.2 }
        let evidence = try evidence(
            LinearClassifier(weights), InputXGradient(), image(channels: 1))
        for score in try scores(["completeness_error"], evidence) {
            XCTAssertEqual(try XCTUnwrap(score.value.value), 0, accuracy: 1e-4, score.metric)
        }
    }
}

/// The image as its own explanation.
private struct ImageItself: Explanation {
    let name = "image_itself"
    let isDifferentiable = false

    func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        request.image.detached
    }
}
