import PlumblineTraining
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// Training through every differentiable method: its derivative, in constant memory, and with
/// recomputed blocks.
final class TrainedThroughTests: XCTestCase {
    private static let families = [
        "densenet_mini", "resnet_mini", "vgg_mini", "vit_mini", "swin_mini",
    ]

    private var settings: ExplanationSettings {
        var settings = ExplanationSettings()
        settings.steps = 3
        return settings
    }

    private func model(_ name: String) throws -> any Classifier {
        let small = name.hasPrefix("vit") || name.hasPrefix("swin")
        let model = try ModelRegistry.make(
            name, classes: 3, configuration: small ? .init(["img_size": .number(32)]) : .init(),
            seed: 3)
        // Statistics, scales and offsets as a trained model has them, so that nothing is 0 or 1 by
        // chance.
        var random = RandomGenerator(seed: 7)
        for parameter in model.parameters where parameter.shape.count == 1 {
            let isSpread =
                parameter.name.hasSuffix("running_var")
                || isNorm(parameter) && parameter.name.hasSuffix("weight")
            parameter.assign(
                isSpread
                    ? .uniform(parameter.shape, 0.6, 1.4, using: &random)
                    : .normal(parameter.shape, deviation: 0.1, using: &random))
        }
        return model
    }

    private func isNorm(_ parameter: Parameter) -> Bool {
        parameter.name.contains("norm") || parameter.name.contains("bn")
    }

    /// Each ReLU far from its kink: channels that are on or off as a whole.
    ///
    /// The gradient of a ReLU network jumps where one turns, and a difference across a jump is no
    /// derivative.
    private func settle(_ model: any Classifier) {
        guard model.hasBatchNorm else { return }
        var random = RandomGenerator(seed: 13)
        func signs(_ count: Int, always: Bool = false) -> Tensor {
            Tensor(
                (0..<count).map { _ in random.uniform() < 0.75 || always ? Float(2) : -2 },
                shape: [count])
        }
        for parameter in model.parameters where isNorm(parameter) {
            if parameter.name.hasSuffix("weight") {
                parameter.assign(.uniform(parameter.shape, 0.2, 0.4, using: &random))
            }
            if parameter.name.hasSuffix("bias") {
                // A residual sum must not cancel its input.
                parameter.assign(signs(parameter.shape[0], always: parameter.name.contains("bn2")))
            }
        }
        // Statistics of the data, so that the norms' outputs have the spread that the offsets keep
        // clear of.
        var image = RandomGenerator(seed: 2)
        let images = Tensor.normal([3, 32, 32, 3], using: &image)
        for _ in 0..<60 { withoutGradients { _ = model.logits(images, Pass(.batch(updates: 1))) } }
    }

    private func result(
        _ name: String, _ method: any Explanation, _ model: any Classifier,
        keepsAllGraphs: Bool = false, recomputes: Bool = false,
        shares: Bool = true, norm: BatchNormMode = .frozen, mode: ExplanationMode = .eval
    ) throws -> ObjectiveResult {
        var random = RandomGenerator(seed: 2)
        let image = Tensor.normal([3, 32, 32, 3], using: &random)
        let mask = Tensor.ones([10, 12]).padded(0, before: 9, after: 13).padded(
            1, before: 5, after: 15)
        var objective = AlignmentObjective(scenario: .align, explanation: method, target: 1)
        objective.keepsAllGraphs = keepsAllGraphs
        objective.recomputesBlocks = recomputes
        objective.sharesForward = shares
        objective.batchNorm = norm
        objective.explanationMode = mode
        return try objective.evaluate(
            model, image, [1, 0, 2], [1, 0, 1], [1, 1, 1], [mask, nil, 1 - mask],
            noise: RandomGenerator(seed: 5))
    }

    /// The distance of two gradients over their size, all parameters as one vector.
    private func distance(_ a: [Tensor], _ b: [Tensor]) -> Double {
        var apart = 0.0
        var size = 0.0
        for (x, y) in zip(a, b) {
            for (p, q) in zip(x.values, y.values) {
                apart += Double(p - q) * Double(p - q)
                size += Double(q) * Double(q)
            }
        }
        return (apart / max(size, 1e-60)).squareRoot()
    }

    /// Methods that are defined on a model.
    private func methods(on model: any Classifier) throws -> [any Explanation] {
        try ExplanationRegistry.differentiableNames.map {
            try ExplanationRegistry.make($0, settings)
        }.filter { method in
            do { try method.check(model) } catch { return false }
            // On transformers relevance grows without bound (reported as missing where it is not
            // finite).
            return model.traits.attentionKind == .none || !(method is LRP)
        }
    }

    /// The loss jumps where a ReLU turns or a maximum moves, and a difference across a jump is no
    /// derivative.
    ///
    /// So each difference moves one channel of one parameter a little, and most of them must agree;
    /// of a wrong derivative none would.
    func testTheGradientThroughEveryMethodByCentralDifferences() throws {
        for name in Self.families {
            let model = try model(name)
            let all = model.trainableParameters
            settle(model)
            // Ahead of VGG's three poolings some maximum moves in nearly every difference, and
            // behind them the steps must be shorter.
            let step: Float = name == "vgg_mini" ? 5e-5 : 1e-3
            let chosen = all.indices.filter {
                name != "vgg_mini" || all[$0].name.hasPrefix("classifier")
            }
            for method in try methods(on: model) {
                let gradients = try withPreciseProducts {
                    try result(name, method, model).gradients
                }
                var random = RandomGenerator(seed: 11)
                var agreements = 0
                var trials = 0
                while trials < 4 {
                    let index = chosen[Int(random.uniform() * Float(chosen.count))]
                    let before = all[index].value.detached
                    let rows = before.shape[0]
                    let row = Int(random.uniform() * Float(rows))
                    let width = before.count / rows
                    let direction = Tensor(
                        (0..<before.count).map { $0 / width == row ? random.normal() : 0 },
                        shape: before.shape)
                    let exact = (gradients[index] * direction).sum().item
                    let size = (gradients[index] * (1 - (direction .== 0))).power(2).sum().item
                        .squareRoot()
                    guard size > 1e-2 else { continue }
                    trials += 1
                    func at(_ step: Float) throws -> Double {
                        all[index].assign(before + direction * step)
                        defer { all[index].assign(before) }
                        return Double(
                            try withPreciseProducts { try result(name, method, model).loss })
                    }
                    let numeric = try Float((at(step) - at(-step)) / Double(2 * step))
                    if abs(exact - numeric) < 0.03 * size { agreements += 1 }
                }
                XCTAssertGreaterThanOrEqual(agreements, 3, "\(name), \(method.name)")
            }
        }
    }

    func testConstantMemoryEqualsAllGraphsKept() throws {
        for name in ["densenet_mini", "swin_mini"] {
            for method in try methods(on: try model(name)) where method is any AveragingExplanation
            {
                for (norm, mode) in [
                    (BatchNormMode.frozen, ExplanationMode.eval), (.train, .train),
                ] {
                    let a = try result(name, method, try model(name), norm: norm, mode: mode)
                    let b = try result(
                        name, method, try model(name), keepsAllGraphs: true, norm: norm, mode: mode)
                    XCTAssertEqual(a.loss, b.loss, accuracy: 1e-5)
                    XCTAssertLessThan(
                        distance(a.gradients, b.gradients), 1e-4, "\(name), \(method.name), \(norm)"
                    )
                }
            }
        }
    }

    func testRecomputedBlocksChangeNothing() throws {
        for name in Self.families {
            for method in try methods(on: try model(name)) {
                for (norm, mode) in [
                    (BatchNormMode.frozen, ExplanationMode.eval), (.train, .train),
                ] {
                    let first = try model(name)
                    let second = try model(name)
                    let a = try result(
                        name, method, first, recomputes: true, norm: norm, mode: mode)
                    let b = try result(name, method, second, norm: norm, mode: mode)
                    XCTAssertEqual(a.loss, b.loss, accuracy: 1e-5)
                    XCTAssertLessThan(
                        distance(a.gradients, b.gradients), 1e-4, "\(name), \(method.name), \(norm)"
                    )
                    for (x, y) in zip(first.parameters, second.parameters) where !x.isTrainable {
                        XCTAssertEqual(
                            x.value.values, y.value.values,
                            "\(name), \(method.name): \(x.name) moved otherwise")
                    }
                }
            }
        }
    }
}
