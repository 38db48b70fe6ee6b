import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

final class ClassificationLossTests: XCTestCase {
    private let logits = Tensor(
        [
            -3.375, -3.5, -0.75, -1.25, 1.75, -4.625, -1.0, 5.5, 1.375, -0.5, 4.375, 0.75, 4.125,
            4.75, 2.875, -2.5, 2.75, 3.75, 6.0, 0.125,
        ], shape: [5, 4])
    private let labels = [2, 0, 3, 2, 1]

    private var oneHot: Tensor {
        Tensor(
            labels.flatMap { label in (0..<4).map { $0 == label ? 1 : 0 } }, shape: [5, 4])
    }

    /// Loss and the first row of its gradient, from PyTorch's CrossEntropyLoss in double precision.
    func testAgainstPyTorch() {
        let weights: [Float] = [1, 2, 0.5, 3]
        let cases: [(smoothing: Float, weights: [Float], loss: Float, gradient: [Float])] = [
            (
                0, [], 2.564497944618311,
                [0.00831256281, 0.00733581093, -0.08524861001, 0.06960023627]
            ),
            (
                0, weights, 3.0205188079777,
                [0.00296877243, 0.00261993248, -0.03044593215, 0.02485722724]
            ),
            (
                0.1, [], 2.628872944618311,
                [0.00331256281, 0.00233581093, -0.07024861001, 0.06460023627]
            ),
            (
                0.1, weights, 3.1391229386088417,
                [6.531765793e-05, -0.00393343986, -0.01586769545, 0.01973581765]
            ),
        ]
        for expected in cases {
            var loss = ClassificationLoss()
            loss.labelSmoothing = expected.smoothing
            loss.classWeights = expected.weights
            let variable = logits.asVariable
            let value = loss(variable, oneHot, weights: .ones([5, 4]), .multiclass)
            XCTAssertEqual(value.item, expected.loss, accuracy: 1e-5)
            let gradient = gradient(of: value, withRespectTo: [variable])[0].values
            for (a, b) in zip(gradient, expected.gradient) { XCTAssertEqual(a, b, accuracy: 1e-7) }
        }
    }

    /// A label whose weight is 0 leaves its image out, as if it were not in the batch.
    func testAnImageWithoutALabelCountsNothing() {
        let loss = ClassificationLoss()
        let part = loss(
            logits.sliced(0, 0..<4), oneHot.sliced(0, 0..<4), weights: .ones([4, 4]), .multiclass)
        let weights = concatenate([.ones([4, 4]), .zeros([1, 4])], axis: 0)
        let whole = loss(logits, oneHot, weights: weights, .multiclass)
        XCTAssertEqual(whole.item, part.item, accuracy: 1e-6)
    }

    func testMultilabelIsBinaryCrossEntropy() {
        let weights = Tensor.ones([5, 4])
        XCTAssertEqual(
            ClassificationLoss()(logits, oneHot, weights: weights, .multilabel).item,
            logits.binaryCrossEntropy(oneHot, weights: weights).item)
    }

    // MARK: Alignment of a multiclass model

    private func model() throws -> any Classifier {
        try ModelRegistry.make(
            "vit_mini", classes: 3,
            configuration: .init(["img_size": .number(32)], output: .multiclass), seed: 4)
    }

    private var batch: Batch {
        var random = RandomGenerator(seed: 8)
        let mask = Tensor.ones([10, 12]).padded(0, before: 9, after: 13)
            .padded(1, before: 5, after: 15)
        return Batch(
            image: .normal([3, 32, 32, 3], using: &random),
            labels: Tensor([0, 1, 0, 1, 0, 0, 0, 0, 1], shape: [3, 3]),
            labelWeights: .ones([3, 3]), masks: [mask, nil, mask])
    }

    private func evaluate(
        _ model: any Classifier, target: TargetClass, shares: Bool = true,
        _ batch: Batch? = nil
    ) throws -> ObjectiveResult {
        var objective = AlignmentObjective(
            scenario: .align, explanation: GradientExplanation(), target: target)
        objective.sharesForward = shares
        objective.quantity = .logProbability
        return try objective.evaluate(
            model, batch ?? self.batch, noise: RandomGenerator(seed: 0))
    }

    /// Cross entropy over all classes, whatever the target, and whether forward passes are shared.
    func testTheClassificationLossIsOverAllClasses() throws {
        let model = try model()
        let batch = batch
        let logits = withoutGradients { model.logits(batch.image, .evaluation) }
        let expected = ClassificationLoss()(
            logits, batch.labels, weights: batch.labelWeights, .multiclass
        ).item
        for target in [TargetClass.index(1), .label] {
            for shares in [true, false] {
                let result = try evaluate(model, target: target, shares: shares)
                XCTAssertEqual(result.classificationLoss, expected, accuracy: 1e-5)
                XCTAssertNotNil(result.locationLoss)
            }
        }
    }

    /// With the label as the target, each image is aligned on its own class: the mean of the losses
    /// of single images.
    func testEachImageIsAlignedOnItsLabel() throws {
        let model = try model()
        let whole = try evaluate(model, target: .label)
        let rows = try [0, 2].map { row -> Float in
            let one = Batch(
                image: batch.image.sliced(0, row..<(row + 1)),
                labels: batch.labels.sliced(0, row..<(row + 1)),
                labelWeights: .ones([1, 3]), masks: [batch.masks[row]])
            let target = row == 0 ? 1 : 2
            return try evaluate(model, target: .index(target), one).locationLoss!
        }
        XCTAssertEqual(whole.locationLoss!, (rows[0] + rows[1]) / 2, accuracy: 1e-6)
    }

    /// The gradient of both losses through a log-probability, by central differences.
    func testItsGradientByCentralDifferences() throws {
        let model = try model()
        let result = try evaluate(model, target: .label)
        let parameters = model.trainableParameters
        var random = RandomGenerator(seed: 21)
        // A direction of length 1 in the space of all parameters.
        let count = Float(parameters.reduce(0) { $0 + $1.count })
        let directions = parameters.map {
            Tensor.normal($0.shape, deviation: 1 / count.squareRoot(), using: &random)
        }
        let expected = zip(result.gradients, directions).reduce(Float(0)) {
            $0 + ($1.0 * $1.1).sum().item
        }
        let originals = parameters.map(\.value.detached)
        func loss(_ step: Float) throws -> Double {
            for (index, parameter) in parameters.enumerated() {
                parameter.assign(originals[index] + directions[index] * step)
            }
            return Double(try evaluate(model, target: .label).loss)
        }
        func difference(_ step: Float) throws -> Double {
            try (loss(step) - loss(-step)) / Double(2 * step)
        }
        // Richardson's extrapolation of two steps.
        let (coarse, fine) = try (difference(0.02), difference(0.01))
        let extrapolated = (4 * fine - coarse) / 3
        XCTAssertEqual(extrapolated, Double(expected), accuracy: 0.01 * abs(extrapolated) + 1e-4)
    }

    func testThePredictionIsNoTargetOfTraining() throws {
        XCTAssertThrowsError(try evaluate(try model(), target: .predicted)) { error in
            XCTAssertTrue("\(error)".contains("name a class, or label"), "\(error)")
        }
    }
}
