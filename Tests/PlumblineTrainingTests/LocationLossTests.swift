import Foundation
import PlumblineTensors
import PlumblineTraining
import XCTest

/// The location losses against PyTorch, through an explanation, and on maps that say nothing.
final class LocationLossTests: XCTestCase {
    private struct Reference: Decodable {
        struct Case: Decodable {
            let loss: String
            let rectify: Bool
            let goal: String
            let value: Float
            let relevanceGradientNorm: Float
            let weightGradient: [Float]
            let outputGradient: [Float]
        }
        let shape: [Int]
        let hidden: Int
        let image: [Float]
        let weight: [Float]
        let output: [Float]
        let masks: [Float]
        let cases: [Case]

        static func read() throws -> Reference {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Fixtures/location.json")
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Reference.self, from: Data(contentsOf: path))
        }
    }

    /// The input gradient of `sum_k v_k softplus(x W)_k`, as part of a graph.
    private func relevance(_ reference: Reference, _ weight: Tensor, _ output: Tensor) -> Tensor {
        let count = reference.shape[0]
        let image = Tensor(reference.image, shape: [count, reference.image.count / count])
            .asVariable
        let hidden = image.matmul(weight).softplus()
        let values = (hidden * output.reshaped([1, reference.hidden])).sum()
        return gradient(of: values, withRespectTo: [image], createGraph: true)[0]
            .reshaped(reference.shape)
    }

    private func goals(_ reference: Reference, _ name: String) -> Tensor {
        let masks = Tensor(reference.masks, shape: Array(reference.shape[0..<3]))
        return name == "mask" ? masks : 1 - masks
    }

    func testLossesAndSecondDerivativesAreThoseOfPyTorch() throws {
        let reference = try Reference.read()
        XCTAssertEqual(
            Set(reference.cases.map(\.loss)), Set(LocationLoss.Kind.allCases.map(\.rawValue)))
        let weight = Tensor(
            reference.weight, shape: [reference.weight.count / reference.hidden, reference.hidden]
        ).asVariable
        let output = Tensor(reference.output, shape: [reference.hidden]).asVariable
        for row in reference.cases {
            let name = "\(row.loss), rectify \(row.rectify), \(row.goal)"
            let loss = LocationLoss(
                rectifies: row.rectify, kind: try XCTUnwrap(LocationLoss.Kind(rawValue: row.loss)))
            let map = relevance(reference, weight, output)
            let value = loss(map, goals(reference, row.goal))
            XCTAssertEqual(value.item, row.value, accuracy: 2e-5 * max(1, row.value), name)
            let gradients = gradient(of: value, withRespectTo: [map, weight, output])
            XCTAssertEqual(
                Float(gradients[0].values.reduce(0) { $0 + $1 * $1 }).squareRoot(),
                row.relevanceGradientNorm, accuracy: 1e-3 * row.relevanceGradientNorm, name)
            let pairs = [(gradients[1], row.weightGradient), (gradients[2], row.outputGradient)]
            for (ours, theirs) in pairs {
                let difference = zip(ours.values, theirs).reduce(Float(0)) {
                    $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
                }
                let size = theirs.reduce(Float(0)) { $0 + $1 * $1 }
                XCTAssertLessThan((difference / size).squareRoot(), 5e-4, name)
            }
        }
    }

    /// The derivative with respect to the weights, along one direction, against differences.
    ///
    /// Without `harmonization`, whose scale counts as a constant: differences would change it too.
    /// Its derivative is compared with PyTorch's above.
    func testSecondDerivativesAreThoseOfDifferences() throws {
        let reference = try Reference.read()
        var random = RandomGenerator(seed: 2)
        let shape = [reference.weight.count / reference.hidden, reference.hidden]
        let start = Tensor(reference.weight, shape: shape)
        let direction = Tensor.normal(shape, using: &random)
        let output = Tensor(reference.output, shape: [reference.hidden]).asVariable
        for kind in LocationLoss.Kind.allCases where kind != .harmonization {
            let loss = LocationLoss(kind: kind)
            func value(_ weight: Tensor) -> Tensor {
                loss(relevance(reference, weight, output), goals(reference, "mask"))
            }
            let weight = start.asVariable
            let slope = (gradient(of: value(weight), withRespectTo: [weight])[0] * direction).sum()
            let step: Float = 2e-4
            let above = value((start + direction * step).asVariable).item
            let below = value((start - direction * step).asVariable).item
            XCTAssertEqual(
                slope.item, (above - below) / (2 * step), accuracy: 0.02 * abs(slope.item) + 2e-3,
                kind.rawValue)
        }
    }

    func testMapsThatSayNothingHaveTheStatedValueAndNoGradient() {
        let shape = [2, 8, 8, 1]
        var mask = [Float](repeating: 0, count: 128)
        for index in 0..<16 { mask[index] = 1 }
        for index in 64..<80 { mask[index] = 1 }
        let goals = Tensor(mask, shape: [2, 8, 8])
        let stated: [LocationLoss.Kind: Float] = [
            .mse: 0.25, .l1: 0.25, .energy: 1, .rrr: 0, .ppce: -Float(log(1e-6 / (1 + 1e-6))),
            .harmonization: 0,
        ]
        for kind in LocationLoss.Kind.allCases {
            for (level, isNegative) in [(Float(0), false), (-3, true)] {
                let relevance = Tensor([Float](repeating: level, count: 128), shape: shape)
                    .asVariable
                let value = LocationLoss(kind: kind)(relevance, goals)
                let slope = gradient(of: value, withRespectTo: [relevance])[0]
                XCTAssertTrue(value.item.isFinite, kind.rawValue)
                XCTAssertTrue(slope.values.allSatisfy(\.isFinite), kind.rawValue)
                // Squared relevance outside is never undefined: negative relevance counts.
                if kind == .rrr, isNegative { continue }
                XCTAssertEqual(value.item, stated[kind]!, accuracy: 1e-3, kind.rawValue)
                XCTAssertEqual(slope.abs().max().item, 0, kind.rawValue)
            }
            // A map that is the same everywhere, and larger than 0.
            let constant = Tensor([Float](repeating: 2, count: 128), shape: shape).asVariable
            let value = LocationLoss(kind: kind)(constant, goals)
            let slope = gradient(of: value, withRespectTo: [constant])[0]
            XCTAssertTrue(value.item.isFinite && slope.values.allSatisfy(\.isFinite), kind.rawValue)
        }
    }

    /// One image that says nothing does not change what the others give.
    func testAnUndefinedMapLeavesTheOthersAlone() throws {
        let reference = try Reference.read()
        let weight = Tensor(
            reference.weight, shape: [reference.weight.count / reference.hidden, reference.hidden])
        let output = Tensor(reference.output, shape: [reference.hidden])
        let map = relevance(reference, weight, output).detached
        for kind in [LocationLoss.Kind.energy, .harmonization] {
            let loss = LocationLoss(kind: kind)
            let goals = goals(reference, "mask")
            let two = loss(map.sliced(0, 0..<2), goals.sliced(0, 0..<2)).item * 2
            let zeros = Tensor.zeros([1] + reference.shape.dropFirst())
            let three =
                loss(concatenate([map.sliced(0, 0..<2), zeros], axis: 0), goals).item * 3
            XCTAssertEqual(three - two, kind == .energy ? 1 : 0, accuracy: 1e-4)
        }
    }
}
