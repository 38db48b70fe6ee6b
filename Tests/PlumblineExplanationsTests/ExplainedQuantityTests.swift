import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// What is explained of a class: logit, log-probability, probability or margin.
final class ExplainedQuantityTests: XCTestCase {
    private func model(_ output: OutputKind) throws -> any Classifier {
        try ModelRegistry.make(
            "vit_mini", classes: 4,
            configuration: .init(["img_size": .number(32)], output: output), seed: 5)
    }

    private let targets = [2, 0]

    private func map(
        _ method: any Explanation, _ model: any Classifier, _ quantity: ExplainedQuantity
    ) throws -> [Float] {
        try method.relevance(
            of: Request(
                model: model, image: images(2), targets: targets, pass: .evaluation,
                quantity: quantity)
        ).values
    }

    /// The gradient of each quantity, from the gradients of all logits by the chain rule.
    func testGradients() throws {
        for output in OutputKind.allCases {
            let model = try model(output)
            let image = images(2)
            let logits = withoutGradients { model.logits(image, .evaluation).values }
                .map { Double($0) }
            let gradients = try (0..<4).map { target in
                try GradientExplanation().relevance(
                    of: Request(
                        model: model, image: image, targets: [target, target], pass: .evaluation)
                ).values
            }
            let count = gradients[0].count / 2
            for quantity in ExplainedQuantity.allCases
            where quantity != .margin || output == .multiclass {
                let found = try map(GradientExplanation(), model, quantity)
                for row in 0..<2 {
                    let z = Array(logits[(4 * row)..<(4 * row + 4)])
                    let factors = self.factors(quantity, z, targets[row], output)
                    for pixel in stride(from: row * count, to: (row + 1) * count, by: 97) {
                        let expected = (0..<4).reduce(0.0) {
                            $0 + factors[$1] * Double(gradients[$1][pixel])
                        }
                        XCTAssertEqual(
                            Double(found[pixel]), expected, accuracy: 2e-5, "\(quantity) \(output)")
                    }
                }
            }
        }
    }

    /// The derivative of the quantity with respect to each logit.
    private func factors(
        _ quantity: ExplainedQuantity, _ z: [Double], _ target: Int, _ output: OutputKind
    ) -> [Double] {
        let own = z.indices.map { $0 == target ? 1.0 : 0 }
        let sigmoid = 1 / (1 + exp(-z[target]))
        let exponentials = z.map { exp($0) }
        let total = exponentials.reduce(0, +)
        let softmax = exponentials.map { $0 / total }
        switch (quantity, output) {
        case (.logit, _): return own
        case (.logProbability, .multilabel): return own.map { $0 * (1 - sigmoid) }
        case (.probability, .multilabel): return own.map { $0 * sigmoid * (1 - sigmoid) }
        case (.logProbability, .multiclass): return z.indices.map { own[$0] - softmax[$0] }
        case (.probability, .multiclass):
            return z.indices.map { softmax[target] * (own[$0] - softmax[$0]) }
        case (.margin, _):
            let runnerUp = z.indices.filter { $0 != target }.max { z[$0] < z[$1] }!
            return z.indices.map { own[$0] - ($0 == runnerUp ? 1 : 0) }
        }
    }

    func testAMarginNeedsClassesThatExcludeEachOther() throws {
        XCTAssertThrowsError(try map(GradientExplanation(), try model(.multilabel), .margin)) {
            XCTAssertTrue("\($0)".contains("is multilabel; logit, log_probability"), "\($0)")
        }
    }

    /// Perturbation methods probe the same quantity, and RISE the softmax.
    func testPerturbationMethodsReadTheSameQuantity() throws {
        let model = try model(.multiclass)
        let image = images(2)
        let occlusion = Occlusion(window: 32, stride: 32)
        func value(_ image: Tensor, _ quantity: ExplainedQuantity) -> [Float] {
            let logits = withoutGradients { model.logits(image, .evaluation) }
            let softmax = logits.softmax()
            return targets.enumerated().map { row, target in
                let z = logits.values[(4 * row)..<(4 * row + 4)]
                let others = z.enumerated().filter { $0.offset != target }.map(\.element)
                return switch quantity {
                case .logit: z[4 * row + target]
                case .probability: softmax.values[4 * row + target]
                case .logProbability: log(softmax.values[4 * row + target])
                case .margin: z[4 * row + target] - others.max()!
                }
            }
        }
        for quantity in ExplainedQuantity.allCases {
            // One square hides the whole image: its value is the difference of the quantity.
            let found = try map(occlusion, model, quantity)
            let whole = value(image, quantity)
            let empty = value(.zeros(image.shape), quantity)
            for row in 0..<2 {
                XCTAssertEqual(
                    found[row * 1024], whole[row] - empty[row], accuracy: 1e-5, "\(quantity)")
            }
        }
        // With every cell kept, RISE is the class's probability at every pixel.
        let rise = try map(RISE(samples: 2, cells: 2, kept: 1), model, .logit)
        let probabilities = value(image, .probability)
        XCTAssertEqual(rise[0], probabilities[0], accuracy: 1e-5)
        XCTAssertEqual(rise[1024], probabilities[1], accuracy: 1e-5)
    }

    /// Methods that share a trace read one gradient, and only of the same quantity.
    func testSharedGradientsAreOfTheSameQuantity() throws {
        let model = try model(.multiclass)
        let image = images(2).asVariable
        let trace = model.trace(image, .evaluation)
        func gradient(_ quantity: ExplainedQuantity, _ targets: [Int]) throws -> [Float] {
            let request = try Request(
                model: model, image: image, targets: targets, pass: .evaluation,
                quantity: quantity)
            return try GradientExplanation().relevance(of: request, sharing: trace).values
        }
        let logit = try gradient(.logit, targets)
        XCTAssertEqual(try gradient(.logit, targets), logit)
        XCTAssertEqual(logit, try map(GradientExplanation(), model, .logit))
        XCTAssertEqual(
            try gradient(.margin, targets), try map(GradientExplanation(), model, .margin))
        XCTAssertNotEqual(try gradient(.logit, [1, 1]), logit)
    }
}
