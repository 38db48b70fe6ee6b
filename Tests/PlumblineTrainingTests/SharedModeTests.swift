import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

/// One forward pass with one drawing of noise for both losses, and the gradient of the location
/// loss apart.
final class SharedModeTests: XCTestCase {
    private func model(_ name: String, dropPath: Double = 0.2) throws -> any Classifier {
        try ModelRegistry.make(
            name, classes: 3,
            configuration: name == "densenet_mini"
                ? .init()
                : .init(["img_size": .number(32), "drop_path_rate": .number(dropPath)]), seed: 1)
    }

    private func batch(_ labels: [Float]) -> Batch {
        var random = RandomGenerator(seed: 2)
        let mask = Tensor.ones([10, 12]).padded(0, before: 9, after: 13).padded(
            1, before: 5, after: 15)
        return Batch(
            image: .normal([labels.count, 32, 32, 3], using: &random),
            labels: Tensor(labels.flatMap { [0, $0, 1] }, shape: [labels.count, 3]),
            labelWeights: .ones([labels.count, 3]), masks: labels.map { $0 == 1 ? mask : nil })
    }

    private func objective(_ mode: ExplanationMode) -> AlignmentObjective {
        var objective = AlignmentObjective(
            scenario: .align, explanation: GradientExplanation(), target: 1)
        objective.explanationMode = mode
        return objective
    }

    /// The mean gradient over seeds, and its standard error along its own direction.
    private func expectation(
        _ mode: ExplanationMode, _ model: any Classifier, _ images: Batch, seeds: Int
    ) throws -> [Double] {
        var sum: [Double] = []
        for seed in 0..<seeds {
            let result = try objective(mode).evaluate(
                model, images, noise: RandomGenerator(seed: UInt64(seed)))
            let values =
                [Double(result.loss), Double(result.locationLoss ?? .nan)]
                + result.gradients.flatMap { $0.values.map(Double.init) }
            if sum.isEmpty {
                sum = values
            } else {
                for (i, v) in values.enumerated() { sum[i] += v }
            }
        }
        return sum.map { $0 / Double(seeds) }
    }

    func testTheExpectationIsThatOfTrain() throws {
        let model = try model("vit_mini")
        let images = batch([1, 0, 1])
        let seeds = 200
        let shared = try expectation(.shared, model, images, seeds: seeds)
        let train = try expectation(.train, model, images, seeds: seeds)
        let still = try expectation(.eval, model, images, seeds: seeds)
        XCTAssertEqual(shared[0], train[0], accuracy: 0.01 * train[0])
        XCTAssertEqual(shared[1], train[1], accuracy: 0.02 * train[1])
        func distance(_ a: [Double], _ b: [Double]) -> Double {
            zip(a, b).dropFirst(2).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        }
        let norm = distance(train, [Double](repeating: 0, count: train.count))
        // Without noise in the explanation the gradient is another one.
        XCTAssertLessThan(distance(shared, train), 0.15 * norm)
        XCTAssertLessThan(distance(shared, train), distance(still, train))
    }

    func testWithoutNoiseItIsTheModeEval() throws {
        let model = try model("vit_mini", dropPath: 0)
        let images = batch([1, 0, 1])
        let noise = RandomGenerator(seed: 0)
        let shared = try objective(.shared).evaluate(model, images, noise: noise)
        let eval = try objective(.eval).evaluate(model, images, noise: noise)
        XCTAssertEqual(shared.gradients.map(\.values), eval.gradients.map(\.values))
    }

    func testWhatItIsNotDefinedOnIsRefused() throws {
        let images = batch([1, 0])
        let noise = RandomGenerator(seed: 0)
        XCTAssertThrowsError(
            try objective(.shared).evaluate(model("densenet_mini"), images, noise: noise)
        ) { XCTAssertTrue("\($0)".contains("batch statistics"), "\($0)") }
        var frozen = objective(.shared)
        frozen.batchNorm = .frozen
        _ = try frozen.evaluate(model("densenet_mini"), images, noise: noise)
        var averaging = objective(.shared)
        averaging.explanation = IntegratedGradients(steps: 2)
        XCTAssertThrowsError(try averaging.evaluate(model("vit_mini"), images, noise: noise)) {
            XCTAssertTrue("\($0)".contains("one forward pass"), "\($0)")
        }
    }

    // MARK: The gradient of the location loss

    func testSeparatingChangesNoBitAndGivesThePart() throws {
        for (mode, labels) in [
            (ExplanationMode.eval, [1, 0, 1] as [Float]), (.train, [1, 0, 1]),
            (.shared, [1, 1, 0]),
        ] {
            let model = try model("vit_mini")
            let images = batch(labels)
            let noise = RandomGenerator(seed: 4)
            let whole = try objective(mode).evaluate(model, images, noise: noise)
            let apart = try objective(mode).evaluate(
                model, images, noise: noise, separatesLocation: true)
            XCTAssertEqual(whole.gradients.map(\.values), apart.gradients.map(\.values))
            XCTAssertNil(whole.locationGradients)
            // The gradient without the location loss is the rest.
            var other = objective(mode)
            other.weight = 2
            let doubled = try other.evaluate(model, images, noise: noise)
            let part = try XCTUnwrap(apart.locationGradients)
            var difference: Float = 0
            var size: Float = 0
            for ((a, b), l) in zip(zip(doubled.gradients, whole.gradients), part) {
                difference += ((a - b) - l).power(2).sum().item
                size += l.power(2).sum().item
            }
            XCTAssertGreaterThan(size, 0)
            XCTAssertLessThan((difference / size).squareRoot(), 1e-2, mode.rawValue)
        }
    }

    private func dead(
        _ images: Batch, _ change: (inout AlignmentObjective, any Classifier) -> Void
    ) throws -> StepReport {
        let model = try model("vit_mini", dropPath: 0)
        var objective = objective(.eval)
        change(&objective, model)
        var plan = FineTuningPlan(epochs: 1, accumulation: 1, learningRate: 0)
        plan.gradientEvery = 1
        return try FineTuner(model, objective, plan: plan, batches: 1).take([images])
    }

    func testALivingLossHasNoCause() throws {
        let report = try dead(batch([1, 0, 1])) { _, _ in }
        let gradient = try XCTUnwrap(report.locationGradient)
        XCTAssertFalse(gradient.isDead)
        XCTAssertGreaterThan(gradient.norm, 0)
        XCTAssertLessThanOrEqual(abs(try XCTUnwrap(gradient.cosine)), 1)
        XCTAssertNil(report.causeOfDeadLocation)
        XCTAssertEqual(report.locationFacts.images, 2)
    }

    func testASaturatedProbabilityIsNamed() throws {
        let report = try dead(batch([1, 0, 1])) { objective, model in
            objective.quantity = .probability
            for parameter in model.parameters where parameter.name == "head.bias" {
                parameter.assign(Tensor([60, 60, 60], shape: [3]))
            }
        }
        XCTAssertEqual(report.locationGradient?.isDead, true)
        let cause = try XCTUnwrap(report.causeOfDeadLocation)
        XCTAssertTrue(cause.contains("saturated"), cause)
    }

    func testRectifiedAwayIsNamed() throws {
        let report = try dead(batch([1, 0, 1])) { objective, _ in
            objective.explanation = Negative()
        }
        XCTAssertEqual(report.locationGradient?.isDead, true)
        let cause = try XCTUnwrap(report.causeOfDeadLocation)
        XCTAssertTrue(cause.contains("rectified away"), cause)
    }

    func testAConstantMapIsNamed() throws {
        let report = try dead(batch([1, 0, 1])) { objective, _ in
            objective.explanation = Constant()
            objective.settings.location.kind = .harmonization
        }
        XCTAssertEqual(report.locationGradient?.isDead, true)
        let cause = try XCTUnwrap(report.causeOfDeadLocation)
        XCTAssertTrue(cause.contains("constant"), cause)
    }

    /// Negative relevance everywhere.
    private struct Negative: Explanation {
        let name = "negative"
        func relevance(of request: Request, from trace: Trace) throws -> Tensor {
            -request.gradient(of: trace, withRespectTo: trace.image).power(2)
        }
    }

    /// The same relevance everywhere, which depends on the weights.
    private struct Constant: Explanation {
        let name = "constant"
        func relevance(of request: Request, from trace: Trace) throws -> Tensor {
            let gradient = request.gradient(of: trace, withRespectTo: trace.image)
            let mean = gradient.power(2).mean([1, 2, 3], keepingDimensions: true)
            return mean.broadcast(to: gradient.shape)
        }
    }
}
