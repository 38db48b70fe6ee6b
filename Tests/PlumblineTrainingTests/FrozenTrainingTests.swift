import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

/// Training with frozen parameters.
final class FrozenTrainingTests: XCTestCase {
    private func model(_ name: String = "densenet_mini") throws -> any Classifier {
        try ModelRegistry.make(
            name, classes: 3,
            configuration: name.hasPrefix("vit") ? .init(["img_size": .number(32)]) : .init(),
            seed: 1)
    }

    private func batch(_ seed: UInt64) -> Batch {
        var random = RandomGenerator(seed: seed)
        let mask = Tensor.ones([10, 12]).padded(0, before: 9, after: 13)
            .padded(1, before: 5, after: 15)
        return Batch(
            image: .normal([3, 32, 32, 3], using: &random),
            labels: Tensor([1, 1, 0, 0, 0, 1, 1, 1, 1], shape: [3, 3]),
            labelWeights: .ones([3, 3]), masks: [mask, nil, mask])
    }

    private func bits(_ model: any Classifier) -> [String: [UInt32]] {
        Dictionary(
            uniqueKeysWithValues: model.parameters.map {
                ($0.name, $0.value.values.map(\.bitPattern))
            })
    }

    private func tuner(
        _ model: any Classifier, _ objective: any TrainingObjective
    ) -> FineTuner {
        FineTuner(
            model, objective, plan: FineTuningPlan(epochs: 1, accumulation: 1, learningRate: 0.01),
            batches: 3)
    }

    /// Frozen weights and statistics keep their bits.
    ///
    /// The head moves as if it were trained on
    /// the features that the model has in evaluation.
    func testOnlyTheHeadMoves() throws {
        let model = try model()
        for _ in 0..<20 {
            withoutGradients { _ = model.logits(batch(9).image, Pass(.batch(updates: 1))) }
        }
        let reference = try model.copy()
        let before = bits(model)
        try model.freeze(["features.*"])
        let tuner = tuner(model, SupervisedObjective(batchNorm: .train))
        let head = reference.parameters.filter { reference.headNames.contains($0.name) }
        let optimiser = AdamW(head, settings: tuner.plan.optimiser)
        for step in 0..<3 {
            let batch = batch(UInt64(step))
            _ = try tuner.take([batch])
            let loss = ClassificationLoss()(
                reference.logits(batch.image, .evaluation), batch.labels,
                weights: batch.labelWeights, .multilabel)
            let gradients = gradient(of: loss, withRespectTo: head.map(\.value))
            let norm = gradients.reduce(0) { $0 + $1.sumOfSquares }.squareRoot()
            optimiser.update(
                gradients, learningRate: 0.01, scale: min(1, Float(0.5) / (Float(norm) + 1e-6)))
        }
        let after = bits(model)
        let expected = bits(reference)
        for (name, old) in before {
            if model.headNames.contains(name) {
                XCTAssertNotEqual(after[name], old, name)
                XCTAssertEqual(after[name], expected[name], name)
            } else {
                XCTAssertEqual(after[name], old, name)
            }
        }
        XCTAssertEqual(tuner.optimiser.first.count, 2)
    }

    /// A pattern of biases leaves the statistics of batch norm to training.
    func testStatisticsMoveUnlessTheirNamesMatch() throws {
        let model = try model()
        let before = bits(model)
        try model.freeze(["*.bias"])
        _ = try tuner(model, SupervisedObjective(batchNorm: .train)).take([batch(3)])
        let after = bits(model)
        for (name, old) in before where !name.hasSuffix("num_batches_tracked") {
            let isBias = name.hasSuffix(".bias")
            XCTAssertEqual(after[name] == old, isBias, name)
        }
    }

    /// One method of each kind: of the derivative, of averages, of features, and of rules.
    private static let methods: Set = [
        "gradient", "integrated_gradients", "grad_cam", "cam", "lrp_epsilon_plus", "attn_lrp",
    ]

    /// With frozen parameters the gradient of the others is what it is without, through methods of
    /// every kind.
    func testGradientsOfTheOthersAreTheSame() throws {
        for (name, patterns) in [
            ("densenet_mini", ["features.*"]), ("densenet_mini", ["classifier.*", "*conv0*"]),
            ("vit_mini", ["blocks.0.*", "patch_embed.*"]), ("vgg_mini", ["*.bias"]),
        ] {
            for method in ExplanationRegistry.differentiableNames
            where Self.methods.contains(method) {
                let whole = try model(name)
                var settings = ExplanationSettings()
                settings.steps = 2
                let explanation = try ExplanationRegistry.make(method, settings)
                do { try explanation.check(whole) } catch { continue }
                if whole.traits.attentionKind != .none, explanation is LRP { continue }
                var objective = AlignmentObjective(
                    scenario: .align, explanation: explanation, target: 1)
                objective.batchNorm = .frozen
                for recomputes in method == "gradient" ? [false, true] : [false] {
                    objective.recomputesBlocks = recomputes
                    let part = try model(name)
                    try part.freeze(patterns)
                    let all = try objective.evaluate(
                        whole, batch(5), noise: RandomGenerator(seed: 0))
                    let some = try objective.evaluate(
                        part, batch(5), noise: RandomGenerator(seed: 0))
                    XCTAssertEqual(all.loss, some.loss, accuracy: 1e-5, "\(name) \(method)")
                    let byName = Dictionary(
                        uniqueKeysWithValues: zip(
                            whole.trainableParameters.map(\.name), all.gradients))
                    XCTAssertEqual(some.gradients.count, part.trainableParameters.count)
                    for (parameter, gradient) in zip(part.trainableParameters, some.gradients) {
                        let expected = try XCTUnwrap(byName[parameter.name])
                        let apart = (gradient - expected).sumOfSquares.squareRoot()
                        XCTAssertLessThanOrEqual(
                            apart, 1e-4 * expected.sumOfSquares.squareRoot() + 1e-6,
                            "\(name) \(method) \(parameter.name)")
                    }
                }
            }
        }
    }
}
