import Foundation
import PlumblineData
import PlumblineModels
import PlumblineTensors
import PlumblineTraining
import XCTest

/// CutMix; `Tools/oracle/augmentation_fixture.py` makes the file of the authors' boxes and losses.
final class CutMixTests: XCTestCase {
    private struct Box: Decodable {
        let lam: Float
        let centreY: Int
        let centreX: Int
        let y: Int
        let x: Int
        let height: Int
        let width: Int
        let adjusted: Double

        var rectangle: ImageGeometry.Rectangle {
            .init(y: y, x: x, height: height, width: width)
        }
    }

    private struct Loss: Decodable {
        let kind: String
        let smoothing: Float
        let logits: [Float]
        let first: [Int]
        let second: [Int]
        let lam: Float
        let loss: Float
    }

    private struct Authors: Decodable {
        let boxes: [Box]
        let losses: [Loss]
    }

    private func authors() throws -> Authors {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/cutmix.json"))
        return try JSONDecoder().decode(Authors.self, from: data)
    }

    func testBoxesAsTheAuthors() throws {
        let boxes = try authors().boxes
        XCTAssertEqual(boxes.count, 40)
        for box in boxes {
            XCTAssertEqual(
                CutMix.rectangle(
                    lambda: box.lam, y: box.centreY, x: box.centreX, height: 24, width: 17),
                box.rectangle, "\(box)")
        }
    }

    private func oneHot(_ labels: [Int], classes: Int = 3) -> Tensor {
        Tensor(
            labels.flatMap { label in (0..<classes).map { $0 == label ? 1 : 0 } },
            shape: [labels.count, classes])
    }

    /// The loss of mixed labels is `lambda loss(a) + (1 - lambda) loss(b)`.
    func testLossesAsTheAuthors() throws {
        for entry in try authors().losses {
            // A batch of first and second images, pasted by 6 of 16 pixels.
            let labels = oneHot(entry.first + entry.second)
            let batch = Batch(
                image: .zeros([8, 4, 4, 1]), labels: labels, labelWeights: .ones([8, 3]),
                masks: [Tensor?](repeating: nil, count: 8))
            let rectangle = ImageGeometry.Rectangle(y: 1, x: 0, height: 2, width: 3)
            XCTAssertEqual(1 - 6 / Float(16), entry.lam)
            let mixed = CutMix.pasted(batch, [4, 5, 6, 7, 0, 1, 2, 3], rectangle)
            var loss = ClassificationLoss()
            loss.labelSmoothing = entry.smoothing
            let value = loss(
                Tensor(entry.logits, shape: [4, 3]), mixed.labels.sliced(0, 0..<4),
                weights: mixed.labelWeights.sliced(0, 0..<4),
                entry.kind == "multiclass" ? .multiclass : .multilabel)
            XCTAssertEqual(value.item, entry.loss, accuracy: 1e-5, entry.kind)
        }
    }

    /// A label that does not count does not count in the mixture either: the loss is the mean by
    /// area of what counts.
    func testLabelsThatDoNotCount() {
        let labels = Tensor([1, 0, 0, 0, 0, 1], shape: [2, 3])
        for output in [OutputKind.multilabel, .multiclass] {
            let weights = Tensor(
                output == .multilabel ? [1, 1, 0, 0, 1, 1] : [1, 1, 1, 0, 0, 0], shape: [2, 3])
            let batch = Batch(
                image: .zeros([2, 4, 4, 1]), labels: labels, labelWeights: weights,
                masks: [nil, nil])
            let mixed = CutMix.pasted(
                batch, [1, 0], ImageGeometry.Rectangle(y: 0, x: 0, height: 1, width: 4))
            let logits = Tensor([0.3, -1.2, 2.1], shape: [1, 3])
            let loss = ClassificationLoss()
            func own(_ row: Int) -> (sum: Float, total: Float) {
                let weights = weights.sliced(0, row..<(row + 1))
                let value = loss(
                    logits, labels.sliced(0, row..<(row + 1)), weights: weights, output)
                let counts =
                    output == .multilabel
                    ? weights
                    : weights
                        * labels.sliced(
                            0, row..<(row + 1))
                let total = counts.sum().item
                return (total > 0 ? value.item * total : 0, total)
            }
            let (a, b) = (own(0), own(1))
            let expected = (0.75 * a.sum + 0.25 * b.sum) / (0.75 * a.total + 0.25 * b.total)
            let value = loss(
                logits, mixed.labels.sliced(0, 0..<1), weights: mixed.labelWeights.sliced(0, 0..<1),
                output)
            XCTAssertEqual(value.item, expected, accuracy: 1e-5, "\(output)")
        }
    }

    /// Pixels and masks come from the other image in the rectangle, and labels by area.
    func testWhatIsPasted() throws {
        var random = RandomGenerator(seed: 3)
        let count = 5
        let image = Tensor.normal([count, 12, 10, 3], using: &random)
        let batch = Batch(
            image: image, labels: oneHot([0, 1, 2, 1, 0]), labelWeights: .ones([count, 3]),
            masks: (0..<count).map { $0 == 2 ? nil : Tensor.full([12, 10], Float($0 % 2)) })
        for seed in 0..<20 {
            let mixed = CutMix(alpha: 1).mixed(batch, RandomGenerator(seed: UInt64(seed)))
            let old = image.values
            let new = mixed.image.values
            let length = 12 * 10 * 3
            for row in 0..<count {
                let places = row * length..<(row + 1) * length
                let changed = places.filter { old[$0] != new[$0] }
                let share = Float(changed.count) / Float(length)
                let labels = mixed.labels.values[(row * 3)..<(row * 3 + 3)]
                XCTAssertEqual(labels.reduce(0, +), 1, accuracy: 1e-6)
                guard !changed.isEmpty else { continue }
                // The other image has the same value at the same place.
                let other = try XCTUnwrap(
                    (0..<count).first { candidate in
                        changed.allSatisfy {
                            new[$0] == old[$0 - row * length + candidate * length]
                        }
                    })
                for index in 0..<3 {
                    let own = batch.labels.values[row * 3 + index]
                    let its = batch.labels.values[other * 3 + index]
                    XCTAssertEqual(
                        labels[labels.startIndex + index], (1 - share) * own + share * its,
                        accuracy: 1e-5)
                }
                let ownMask = batch.masks[row]?.values ?? [Float](repeating: 0, count: 120)
                let itsMask = batch.masks[other]?.values ?? [Float](repeating: 0, count: 120)
                let pixels = Set(changed.map { ($0 - row * length) / 3 })
                let expected = (0..<120).map { pixels.contains($0) ? itsMask[$0] : ownMask[$0] }
                XCTAssertEqual(mixed.masks[row]?.values ?? expected, expected)
            }
        }
    }

    /// Mean and variance of the beta distribution.
    func testLambdaIsBeta() {
        for alpha in [0.2, 1, 3] as [Float] {
            var random = RandomGenerator(seed: 12)
            let values = (0..<20_000).map { _ in Double(random.beta(alpha)) }
            XCTAssertTrue(values.allSatisfy { (0...1).contains($0) })
            let mean = values.reduce(0, +) / 20_000
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
            let expected = 1 / (4 * (2 * Double(alpha) + 1))
            XCTAssertEqual(mean, 0.5, accuracy: 0.01)
            XCTAssertEqual(variance, expected, accuracy: 0.03 * expected)
        }
    }

    /// A step's mixture follows from its noise alone.
    func testTheObjectiveMixes() throws {
        let model = try ModelRegistry.make("densenet_mini", classes: 3, seed: 1)
        var random = RandomGenerator(seed: 2)
        let batch = Batch(
            image: .normal([4, 32, 32, 3], using: &random), labels: oneHot([0, 1, 2, 0]),
            labelWeights: .ones([4, 3]), masks: [nil, nil, nil, nil])
        let plain = SupervisedObjective(batchNorm: .frozen)
        let objective = CutMixObjective(CutMix(alpha: 1), plain)
        let noise = RandomGenerator(seed: 5)
        let first = try objective.evaluate(model, batch, noise: noise)
        XCTAssertEqual(first.loss, try objective.evaluate(model, batch, noise: noise).loss)
        let mixed = CutMix(alpha: 1).mixed(batch, noise.stream("cutmix"))
        XCTAssertEqual(first.loss, plain.evaluate(model, mixed, noise: noise).loss)
        XCTAssertNotEqual(first.loss, plain.evaluate(model, batch, noise: noise).loss)
    }
}
