import Foundation
import PlumblineData
import PlumblineEvaluation
import PlumblineExplanations
import PlumblineMetrics
import PlumblineModels
import PlumblineTensors
import XCTest

/// Expected values: Tools/oracle/indomain_reference.py, which runs the authors' code for IDSDS.
final class InDomainTests: XCTestCase {
    private static let side = 16
    private static let channels = 3
    private static var count: Int { side * side * channels }

    private var image: Tensor {
        let values = (0..<Self.count).map { index -> Float in
            let place = Double(index)
            return Float(sin(place * 0.7) + 0.3 * cos(place * place * 0.013))
        }
        return Tensor(values, shape: [1, Self.side, Self.side, Self.channels])
    }

    /// The evaluated model is another one: only the adapted model counts.
    private func evidence(
        _ removal: PixelRemoval?, target: Int = 0, explanation: any Explanation = InputXGradient(),
        adapted: any Classifier = QuadraticClassifier(count)
    ) throws -> Evidence {
        var comparisons = ComparisonModels()
        if let removal { comparisons.adapted[removal] = adapted }
        let probe = Probe(
            model: LinearClassifier([Float](repeating: 0.1, count: Self.count)),
            method: Evaluator.Method("method", explanation), target: target,
            comparisons: comparisons)
        return Evidence(
            id: "image", target: target, logits: [0, 0], image: image, explanation: "method",
            relevance: .zeros([Self.side, Self.side, 1]), probe: probe, seed: 7)
    }

    private func values(_ metric: any Metric, _ evidence: Evidence) throws -> [Double] {
        try evidence.scores([metric]).map { score in
            try XCTUnwrap(score.value.value, "\(score)")
        }
    }

    func testIDSDSAgainstTheAuthorsCode() throws {
        for (target, expected) in [
            (0, [0.9970588235294118, 0.9934063840797855]),
            (1, [0.9794117647058824, 0.9837463280205966]),
        ] {
            let found = try values(
                InDomainDeletion(), try evidence(.patches, target: target))
            XCTAssertEqual(found[0], expected[0], accuracy: 1e-12)
            XCTAssertEqual(found[1], expected[1], accuracy: 1e-4)
        }
    }

    func testFFidelityAgainstTheReference() throws {
        for (target, expected) in [
            (0, [-0.06, -0.94, 0.31687796930646817, -0.404736373781477]),
            (1, [0.96, 0.04, 0.3800195758469833, -0.37594070175297717]),
        ] {
            let found = try values(
                RandomMaskFidelity(), try evidence(.pixels, target: target))
            for (value, expected) in zip(found, expected) {
                XCTAssertEqual(value, expected, accuracy: 1e-4, "class \(target)")
            }
        }
    }

    /// Input times gradient of a linear model is exactly what removing a pixel changes.
    func testALinearModelIsExplainedExactly() throws {
        let weights = (0..<Self.count).map { Float(sin(Double($0) * 0.21)) }
        let evidence = try evidence(.patches, adapted: LinearClassifier(weights))
        for value in try values(InDomainDeletion(), evidence) {
            XCTAssertEqual(value, 1, accuracy: 1e-6)
        }
        // A map of the wrong sign is wrong everywhere.
        let wrong = try self.evidence(
            .patches, explanation: Negated(), adapted: LinearClassifier(weights))
        for value in try values(InDomainDeletion(), wrong) {
            XCTAssertEqual(value, -1, accuracy: 1e-6)
        }
    }

    func testDegenerateInputs() throws {
        let metrics: [any Metric] = [InDomainDeletion(), RandomMaskFidelity()]
        // The model of another removal does not count.
        for (metric, other) in zip(metrics, [PixelRemoval.pixels, .patches]) {
            for evidence in [try evidence(nil), try evidence(other)] {
                XCTAssertEqual(
                    Set(try evidence.scores([metric]).map(\.value.reason)), [.noAdaptedModel])
            }
        }
        let flat = LinearClassifier([Float](repeating: 0, count: Self.count))
        for (metric, removal) in zip(metrics, [PixelRemoval.patches, .pixels]) {
            XCTAssertEqual(
                Set(
                    try evidence(removal, adapted: flat).scores([metric]).map(\.value.reason)),
                [.constantMap])
        }
    }

    func testMapsOfPermutedLabels() throws {
        let weights = (0..<Self.count).map { Float(sin(Double($0) * 0.21)) }
        let model = LinearClassifier(weights)
        var comparisons = ComparisonModels()
        func scores() throws -> [Measured] {
            let probe = Probe(
                model: model, method: Evaluator.Method("method", InputXGradient()), target: 0,
                comparisons: comparisons)
            let map = try probe.relevance(of: image, seed: 1)
            let evidence = Evidence(
                id: "image", target: 0, logits: [0], image: image, explanation: "method",
                relevance: map.reshaped(Array(map.shape.dropFirst())), probe: probe)
            return try evidence.scores([DataRandomisation()]).map(\.value)
        }
        XCTAssertEqual(
            try scores(), [Measured](repeating: .missing(.noPermutedLabels), count: 4))
        comparisons.permutedLabels = model
        for value in try scores() {
            XCTAssertEqual(try XCTUnwrap(value.value), 1, accuracy: 1e-6)
        }
        comparisons.permutedLabels = LinearClassifier(weights.map { -$0 })
        XCTAssertEqual(try XCTUnwrap(try scores()[0].value), -1, accuracy: 1e-6)
    }
}

/// `logit_c = w_c x + (v_c x)^2 / 2`, a multiclass model of two classes.
private final class QuadraticClassifier: Classifier, @unchecked Sendable {
    let name = "quadratic"
    let classCount = 2
    let parameters: [Parameter] = []
    let hasBatchNorm = false
    let configuration = ModelConfiguration(output: .multiclass)
    private let linear: Tensor
    private let square: Tensor

    init(_ count: Int) {
        func weights(_ constants: [(Double, Double)]) -> Tensor {
            let values = (0..<count).flatMap { place in
                constants.map { Float(sin(Double(place) * $0.0 + $0.1) * 0.12) }
            }
            return Tensor(values, shape: [count, 2])
        }
        linear = weights([(0.37, 1), (0.23, 2)])
        square = weights([(0.11, 3), (0.53, 4)])
    }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        let flat = image.reshaped([image.shape[0], linear.shape[0]])
        let squares = flat.matmul(square)
        return flat.matmul(linear) + squares * squares * 0.5
    }
}

/// Minus input times gradient.
private struct Negated: Explanation {
    let name = "negated"
    let isDifferentiable = false

    func relevance(of request: Request, from trace: Trace) throws -> Tensor {
        try InputXGradient().relevance(of: request, from: trace) * -1
    }
}
