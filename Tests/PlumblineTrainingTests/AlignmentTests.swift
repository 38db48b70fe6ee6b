import PlumblineTraining
import PlumblineExplanations
import PlumblineModels
import PlumblineData
import PlumblineTensors
import XCTest

final class AlignmentTests: XCTestCase {
    private func model(_ name: String = "densenet_mini", seed: UInt64 = 1) throws -> any Classifier
    {
        try ModelRegistry.make(
            name, classes: 3,
            configuration: name.hasPrefix("vit") ? .init(["img_size": .number(32)]) : .init(),
            seed: seed)
    }

    private func batch(_ labels: [Float], seed: UInt64 = 2) -> Batch {
        var random = RandomGenerator(seed: seed)
        let n = labels.count
        let mask = Tensor.ones([10, 12]).padded(0, before: 9, after: 13).padded(
            1, before: 5, after: 15)
        return Batch(
            image: .normal([n, 32, 32, 3], using: &random),
            labels: Tensor(labels.flatMap { [0, $0, 1] }, shape: [n, 3]),
            labelWeights: .ones([n, 3]), masks: labels.map { $0 == 1 ? mask : nil })
    }

    func testLocationLossAgainstItsDefinition() {
        let relevance = Tensor([1, -3, 2, 2, 0, 0, 5, 1], shape: [1, 2, 2, 2])
        let goal = Tensor([1, 0, 0, 1], shape: [1, 2, 2])
        // Rectified channel means: 0.5, 2, 0, 3; normalised by 3 + 1e-6.
        let r = [0.5, 2, 0, 3].map { $0 / 3.000001 }
        let expected = zip(r, [1.0, 0, 0, 1]).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) / 4
        XCTAssertEqual(Double(LocationLoss()(relevance, goal).item), expected, accuracy: 1e-6)
        let two = concatenate([relevance, relevance * 2], axis: 0)
        let goals = concatenate([goal, 1 - goal], axis: 0)
        let all = LocationLoss(pairing: .allPairs)(two, goals).item
        let own = LocationLoss()(two, goals).item
        let crossed = LocationLoss()(two, concatenate([1 - goal, goal], axis: 0)).item
        XCTAssertEqual(all, (own + crossed) / 2, accuracy: 1e-6)
    }

    func testSharedForwardEqualsTwoForwards() throws {
        for (name, labels, norm, mode) in [
            ("densenet_mini", [1, 0, 1] as [Float], BatchNormMode.frozen, ExplanationMode.eval),
            ("densenet_mini", [1, 1, 1], .train, .train),
            ("vit_mini", [1, 0, 1], .train, .eval),
        ] {
            func result(shares: Bool) throws -> (ObjectiveResult, [[Float]]) {
                let model = try model(name)
                var objective = AlignmentObjective(
                    scenario: .misalign, explanation: GradientExplanation(), target: 1)
                objective.sharesForward = shares
                objective.batchNorm = norm
                objective.explanationMode = mode
                let result = try objective.evaluate(
                    model, batch(labels), noise: RandomGenerator(seed: 0))
                return (result, model.parameters.filter { !$0.isTrainable }.map(\.value.values))
            }
            let (a, buffersA) = try result(shares: true)
            let (b, buffersB) = try result(shares: false)
            XCTAssertEqual(a.loss, b.loss, accuracy: 1e-5, name)
            XCTAssertEqual(a.locationLoss!, b.locationLoss!, accuracy: 1e-5, name)
            for (x, y) in zip(a.gradients, b.gradients) {
                let scale = max(1e-3, y.values.map(abs).max()!)
                XCTAssertLessThan(
                    zip(x.values, y.values).map { abs($0 - $1) }.max()! / scale, 2e-3, name)
            }
            for (x, y) in zip(buffersA, buffersB) {
                XCTAssertEqual(
                    zip(x, y).map { abs($0 - $1) }.max()!, 0, accuracy: 1e-6, "running statistics")
            }
        }
    }

    func testGradientThroughTheExplanationByCentralDifferences() throws {
        let model = try model("vit_mini")
        let batch = batch([1, 0])
        let objective = AlignmentObjective(
            scenario: .align, explanation: GradientExplanation(), target: 1)
        let gradients = try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0))
            .gradients
        var random = RandomGenerator(seed: 8)
        for (parameter, gradient) in zip(model.trainableParameters, gradients)
        where ["qkv.weight", "fc1.weight", "norm1.weight"].contains(where: parameter.name.hasSuffix)
        {
            let start = parameter.value.detached
            let direction = Tensor.normal(parameter.shape, deviation: 1, using: &random)
            let size =
                start.power(2).sum().item.squareRoot() / direction.power(2).sum().item.squareRoot()
            func loss(_ step: Float) throws -> Double {
                parameter.assign(start + direction * (step * size))
                let result = try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0))
                return Double(result.classificationLoss) + Double(result.locationLoss!)
            }
            let numeric = try (loss(3e-3) - loss(-3e-3)) / (6e-3 * Double(size))
            let exact = Double((gradient * direction).sum().item)
            parameter.assign(start)
            XCTAssertEqual(numeric, exact, accuracy: 0.03 * max(abs(exact), 1e-3), parameter.name)
        }
    }

    func testExplainingChangesNothing() throws {
        let model = try model()
        let before = model.parameters.map(\.value.values)
        let image = batch([1, 1]).image
        _ = try GradientExplanation().relevance(
            of: Request(model: model, image: image, targets: [0, 1], pass: .evaluation))
        var objective = AlignmentObjective(
            scenario: .align, explanation: GradientExplanation(), target: 1)
        objective.batchNorm = .frozen
        _ = try objective.evaluate(model, batch([1, 0]), noise: RandomGenerator(seed: 0))
        XCTAssertEqual(model.parameters.map(\.value.values), before)
    }

    func testPositivesWithoutMask() throws {
        let model = try model()
        var objective = AlignmentObjective(
            scenario: .align, explanation: GradientExplanation(), target: 1)
        objective.batchNorm = .frozen
        var batch = batch([1, 0])
        batch.masks = [nil, nil]
        XCTAssertNil(
            try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0)).locationLoss)
        objective.positivesWithoutMask = .zeros
        let zeros = try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0))
            .locationLoss!
        objective.scenario = .misalign
        XCTAssertEqual(
            try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0)).locationLoss!,
            zeros,
            accuracy: 1e-6, "zeros in both scenarios")
        XCTAssertNil(
            try objective.evaluate(model, self.batch([0, 0]), noise: RandomGenerator(seed: 0))
                .locationLoss)
    }

    func testOutputSeedLogitIsLogitTimesGradient() throws {
        let model = try model()
        let image = batch([1, 1]).image
        func relevance(_ seed: OutputSeed) throws -> Tensor {
            try GradientExplanation().relevance(
                of: Request(
                    model: model, image: image, targets: [1, 2], pass: .evaluation, outputSeed: seed
                ))
        }
        let logits = model.logits(image, .evaluation).detached.picked([1, 2]).reshaped([2, 1, 1, 1])
        let difference = try (relevance(.logit) - relevance(.one) * logits).abs().max().item
        XCTAssertLessThan(difference, try 1e-5 * relevance(.logit).abs().max().item + 1e-9)
    }

    /// torch.optim.AdamW(lr=0.1, weight_decay=0.1) on w = [1, -2], gradients [0.5, -1] then [-0.2,
    /// 3].
    func testAdamWAgainstPyTorch() throws {
        let model = try ModelRegistry.make("vit_mini", classes: 2)
        let parameter = model.parameters.last!
        parameter.assign(Tensor([1, -2], shape: [2]))
        var settings = AdamW.Settings()
        settings.learningRate = 0.1
        settings.weightDecay = 0.1
        let optimiser = AdamW([parameter], settings: settings)
        optimiser.update([Tensor([0.5, -1], shape: [2])], learningRate: 0.1)
        optimiser.update([Tensor([-0.2, 3], shape: [2])], learningRate: 0.1)
        for (a, b) in zip(
            parameter.value.values, [0.8465394973754883, -1.9106189012527466] as [Float])
        { XCTAssertEqual(a, b, accuracy: 1e-6) }
    }

    func testSchedules() {
        XCTAssertEqual(
            (0..<4).map { Schedule(.constant, warmUp: 2).factor(step: $0, total: 10) },
            [0.5, 1, 1, 1])
        XCTAssertEqual(Schedule(.linear).factor(step: 5, total: 10), 0.5)
        XCTAssertEqual(Schedule(.cosine).factor(step: 5, total: 10), 0.5, accuracy: 1e-6)
        XCTAssertEqual(Schedule(.cosine, warmUp: 2).factor(step: 2, total: 10), 1)
    }

    func testFineTuningIsRepeatableAndLearns() throws {
        func run() throws -> ([Float], [Float]) {
            let model = try model()
            var plan = FineTuningPlan()
            plan.epochs = 12
            plan.accumulation = 2
            plan.optimiser.learningRate = 1e-2
            var objective = AlignmentObjective(
                scenario: .align, explanation: GradientExplanation(), target: 1)
            objective.batchNorm = .frozen
            let tuner = FineTuner(model, objective, plan: plan, batches: 2)
            var losses: [Float] = []
            while !tuner.isFinished {
                losses.append(try tuner.take([batch([1, 0]), batch([1, 1], seed: 3)]).loss)
            }
            return (losses, model.parameters.flatMap(\.value.values))
        }
        let (losses, weights) = try run()
        XCTAssertLessThan(losses.last!, losses[0] * 0.7)
        XCTAssertEqual(try run().1, weights)
    }

    func testDivergenceIsAnError() throws {
        let model = try model()
        model.trainableParameters[0].assign(.full(model.trainableParameters[0].shape, .nan))
        let tuner = FineTuner(model, SupervisedObjective(), plan: .init(), batches: 1)
        XCTAssertThrowsError(try tuner.take([batch([1, 0])])) {
            XCTAssertTrue("\($0)".contains("step 1"))
        }
    }

    func testWarmUpStartsAtItsFirstStepOrAtZero() {
        let own = Schedule(.constant, warmUp: 4)
        let published = Schedule(.constant, warmUp: 4, warmUpStart: .zero)
        XCTAssertEqual((0..<5).map { own.factor(step: $0, total: 9) }, [0.25, 0.5, 0.75, 1, 1])
        XCTAssertEqual(
            (0..<5).map { published.factor(step: $0, total: 9) }, [0, 0.25, 0.5, 0.75, 1])
    }

    /// The last step of an epoch may have fewer batches than the others: divided by
    /// `accumulation`, as Lightning divides, its gradient is the smaller by their ratio.
    func testTheDivisorOfAShorterStep() throws {
        func norm(_ divisor: FineTuningPlan.Divisor) throws -> Float {
            let model = try model("vit_mini")
            let objective = AlignmentObjective(
                scenario: .align, explanation: GradientExplanation(), target: 1)
            var plan = FineTuningPlan()
            plan.accumulation = 4
            plan.divisor = divisor
            let tuner = FineTuner(model, objective, plan: plan, batches: 3)
            return try tuner.take((0..<3).map { batch([1, 0], seed: UInt64($0)) }).gradientNorm
        }
        XCTAssertEqual(try norm(.batches) / norm(.accumulation), 4 / 3, accuracy: 1e-5)
    }

    /// Relevance that is not finite is the method's fault: lowering the learning rate is no remedy.
    func testLRPThatOverflowsOnATransformerIsNamedAsTheCause() throws {
        let model = try ModelRegistry.make(
            "vit_mini", classes: 3,
            configuration: .init(["img_size": .number(32), "depth": .number(24)]))
        let explanation = try ExplanationRegistry.makeDifferentiable("lrp_epsilon_plus")
        let objective = AlignmentObjective(scenario: .align, explanation: explanation, target: 1)
        let tuner = FineTuner(model, objective, plan: FineTuningPlan(), batches: 1)
        let before = model.parameters.map(\.value.values)
        XCTAssertThrowsError(try tuner.take([batch([1, 1])])) { error in
            XCTAssertTrue("\(error)".contains("the cause is the explanation lrp_epsilon_plus"))
            XCTAssertTrue("\(error)".contains("attn_lrp"), "\(error)")
            XCTAssertFalse("\(error)".contains("learning rate"), "\(error)")
        }
        XCTAssertEqual(model.parameters.map(\.value.values), before)
    }

    /// In training mode the explanation draws dropout of its own (PyTorch: two forward passes,
    /// two draws); in evaluation mode it draws none.
    func testTheExplanationDrawsNoiseOfItsOwn() throws {
        let model = try ModelRegistry.make(
            "vit_mini", classes: 3,
            configuration: .init(["img_size": .number(32), "drop_path_rate": .number(0.5)]))
        final class Seen: @unchecked Sendable { var noise: [RandomGenerator?] = [] }
        struct Spy: ProbingExplanation {
            let seen: Seen
            var name: String { "spy" }
            func relevance(probing request: Request) throws -> Tensor {
                seen.noise.append(request.pass.noise)
                return try GradientExplanation().relevance(of: request)
            }
        }
        let seen = Seen()
        let noise = RandomGenerator(seed: 5)
        var objective = AlignmentObjective(
            scenario: .align, explanation: Spy(seen: seen), target: 1)
        for mode in [ExplanationMode.eval, .train] {
            objective.explanationMode = mode
            _ = try objective.evaluate(model, batch([1, 0]), noise: noise)
        }
        XCTAssertNil(seen.noise[0])
        XCTAssertEqual(seen.noise[1]?.state, noise.stream("explanation").state)
        XCTAssertNotEqual(seen.noise[1]?.state, noise.state)
    }
}
