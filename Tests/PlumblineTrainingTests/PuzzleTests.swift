import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

final class PuzzleTests: XCTestCase {
    private func model(_ name: String = "resnet_mini", output: OutputKind = .multilabel) throws
        -> any Classifier
    {
        try ModelRegistry.make(
            name, classes: 3, configuration: .init([:], output: output), seed: 1)
    }

    private var batch: Batch {
        var random = RandomGenerator(seed: 2)
        return Batch(
            image: .normal([2, 128, 128, 3], using: &random),
            labels: Tensor([1, 0, 1, 0, 1, 0], shape: [2, 3]), labelWeights: .ones([2, 3]),
            masks: [nil, nil])
    }

    /// The mean of a class's map plus the bias is its logit.
    func testTheMapsAverageToTheLogits() throws {
        for name in ["resnet_mini", "densenet_mini"] {
            let model = try model(name)
            let trace = model.trace(
                batch.image, .evaluation, capturing: try XCTUnwrap(CAM().captures(of: model)))
            let bias = try XCTUnwrap(model.parameters.last { model.headNames.contains($0.name) })
            let means = try CAM().classMaps(model, trace).mean([1, 2]) + bias.value
            for (a, b) in zip(means.values, trace.logits.values) {
                XCTAssertEqual(a, b, accuracy: 1e-4)
            }
        }
    }

    /// The loss, written out with a forward pass of its own for every quarter.
    func testTheLossByItsDefinition() throws {
        for output in [OutputKind.multilabel, .multiclass] {
            let model = try model(output: output)
            var batch = batch
            if output == .multiclass {
                batch.labels = Tensor([1, 0, 0, 0, 1, 0], shape: [2, 3])
            }
            let objective = PuzzleObjective(SupervisedObjective(batchNorm: .frozen), weight: 3)
            let result = try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0))
            let cam = CAM()
            let captures = try XCTUnwrap(cam.captures(of: model))
            let whole = model.trace(batch.image, .evaluation, capturing: captures)
            let wholeMaps = try cam.classMaps(model, whole)
            let side = wholeMaps.shape[1]
            let maps = wholeMaps.values
            var logits = Tensor.zeros([2, 3])
            var distance: Float = 0
            for (top, left) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let part = batch.image.sliced(1, (64 * top)..<(64 * top + 64))
                    .sliced(2, (64 * left)..<(64 * left + 64))
                let trace = model.trace(part, .evaluation, capturing: captures)
                logits = logits + trace.logits.detached * 0.25
                let partMaps = try cam.classMaps(model, trace)
                XCTAssertEqual(partMaps.shape[1] * 2, side)
                let values = partMaps.values
                let half = side / 2
                for image in 0..<2 {
                    for y in 0..<half {
                        for x in 0..<half {
                            for label in 0..<3
                            where batch.labels.values[image * 3 + label] == 1 {
                                let row = (image * side + y + top * half) * side + x + left * half
                                let own = values[((image * half + y) * half + x) * 3 + label]
                                distance += abs(maps[row * 3 + label] - own)
                            }
                        }
                    }
                }
            }
            distance /= Float(2 * side * side * 3)
            let loss = ClassificationLoss()
            let classification =
                loss(whole.logits, batch.labels, weights: batch.labelWeights, output).item
                + loss(logits, batch.labels, weights: batch.labelWeights, output).item
            XCTAssertEqual(result.classificationLoss, classification, accuracy: 1e-4)
            XCTAssertEqual(result.loss, classification + 3 * distance, accuracy: 1e-4)
            XCTAssertGreaterThan(distance, 1e-3)
        }
    }

    /// The gradient through both maps.
    ///
    /// A difference across a ReLU or a zero of the absolute value
    /// is no derivative, so most of them must agree; of a wrong derivative none would.
    func testTheGradientByCentralDifferences() throws {
        let model = try model("densenet_mini")
        let objective = PuzzleObjective(SupervisedObjective(batchNorm: .frozen), weight: 2)
        let batch = batch
        func result() throws -> ObjectiveResult {
            try withPreciseProducts {
                try objective.evaluate(model, batch, noise: RandomGenerator(seed: 0))
            }
        }
        let gradients = try result().gradients
        let parameters = model.trainableParameters
        var random = RandomGenerator(seed: 7)
        for isHead in [true, false] {
            let chosen = parameters.indices.filter {
                model.headNames.contains(parameters[$0].name) == isHead
            }
            var agreements = 0
            for trial in 0..<8 {
                let index = chosen[(trial * 5) % chosen.count]
                let before = parameters[index].value.detached
                var direction = Tensor.normal(before.shape, using: &random)
                direction = direction * (1 / Float(direction.sumOfSquares.squareRoot()))
                let exact = (gradients[index] * direction).sum().item
                let size = Float(gradients[index].sumOfSquares.squareRoot())
                func at(_ step: Float) throws -> Double {
                    parameters[index].assign(before + direction * step)
                    defer { parameters[index].assign(before) }
                    return Double(try result().loss)
                }
                let step: Float = isHead ? 1e-2 : 2e-3
                let numeric = try Float((at(step) - at(-step)) / Double(2 * step))
                if abs(exact - numeric) < 0.03 * size + 1e-5 { agreements += 1 }
            }
            XCTAssertGreaterThanOrEqual(agreements, 6, isHead ? "head" : "features")
        }
    }

    func testWhatIsRefused() throws {
        for (name, size, message) in [
            ("vgg_mini", 128, "cam needs a linear layer on pooled features"),
            ("resnet_mini", 33, "quarters need an even image size"),
            ("densenet_mini", 48, "is a multiple of 64"),
        ] {
            XCTAssertThrowsError(
                try PuzzleObjective.check(try model(name), size: size, channels: 3), name
            ) { XCTAssertTrue("\($0)".contains(message), "\($0)") }
        }
        try PuzzleObjective.check(try model("resnet_mini"), size: 128, channels: 3)
        try PuzzleObjective.check(try model("densenet_mini"), size: 64, channels: 3)
    }
}
