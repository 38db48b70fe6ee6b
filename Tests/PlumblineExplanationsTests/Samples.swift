import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// A model of each family with statistics, scales and offsets as after training.
func sample(_ name: String, seed: UInt64 = 3, bias: Float = 0.1) throws -> any Classifier {
    let sized = name.hasPrefix("vit") || name.hasPrefix("swin")
    let model = try ModelRegistry.make(
        name, classes: 3, configuration: sized ? .init(["img_size": .number(32)]) : .init(),
        seed: seed)
    var random = RandomGenerator(seed: 7)
    for parameter in model.parameters where parameter.shape.count == 1 {
        let isNorm = parameter.name.contains("norm") || parameter.name.contains("bn")
        let isSpread =
            parameter.name.hasSuffix("running_var") || isNorm && parameter.name.hasSuffix("weight")
        parameter.assign(
            isSpread
                ? .uniform(parameter.shape, 0.6, 1.4, using: &random)
                : .normal(parameter.shape, deviation: bias, using: &random))
    }
    return model
}

func images(_ count: Int, size: Int = 32, seed: UInt64 = 5) -> Tensor {
    var random = RandomGenerator(seed: seed)
    return .normal([count, size, size, 3], using: &random)
}

func request(_ model: any Classifier, _ image: Tensor, seeds: [UInt64]? = nil) throws -> Request {
    try Request(
        model: model, image: image, targets: (0..<image.shape[0]).map { $0 % model.classCount },
        pass: .evaluation, seeds: seeds)
}

/// A classifier of one class without layers, whose logits are a formula.
protocol PlainClassifier: Classifier {}

extension PlainClassifier {
    var name: String { "plain" }
    var classCount: Int { 1 }
    var parameters: [Parameter] { [] }
    var hasBatchNorm: Bool { false }
    var traits: ModelTraits { ModelTraits(isRectified: true) }
}

/// The logit is a sum of weighted pixels: what methods must find is known.
final class LinearClassifier: PlainClassifier, @unchecked Sendable {
    let weights: Tensor
    init(_ weights: Tensor) { self.weights = weights }

    func logits(_ image: Tensor, _ pass: Pass) -> Tensor {
        (image * weights).sum([1, 2, 3]).reshaped([image.shape[0], 1])
    }
}
