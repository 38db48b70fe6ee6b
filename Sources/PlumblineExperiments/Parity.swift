import PlumblineTraining
import PlumblineExplanations
import Foundation
import PlumblineModels
import PlumblineStorage
import PlumblineTensors

/// One quantity compared with PyTorch.
public struct ParityRow: Sendable {
    public var name: String
    public var maxDifference: Double
    /// `|ours - expected| / |expected|`
    public var relativeError: Double
    /// PyTorch's own, in float32.
    public var float32Error: Double
    public var cosine: Double
    /// The largest relative error that passes; `nil` for a quantity that is shown and not judged.
    public var limit: Double?
    /// The relative error with products accumulated in double, at the image or one that rounds to
    /// it, where it was checked that way too.
    public var preciseError: Double?

    public enum Verdict: String, Sendable {
        case ok
        /// Beyond the limit in float32 and within it in double: signs of ReLU inputs near zero fell
        /// otherwise than PyTorch's.
        case rounding = "ok, rounding"
        case fails = "FAIL"
    }

    /// How far apart two correct float32 programs were measured to be in gradients of ReLU
    /// networks.
    static let largestRounding = 3e-2

    public var verdict: Verdict {
        guard let limit, relativeError > limit else { return .ok }
        guard let preciseError, preciseError <= limit, relativeError <= Self.largestRounding else {
            return .fails
        }
        return .rounding
    }
}

/// Checks Plumbline against a parity file: logits, explanations, losses, and the gradient of the
/// loss through the explanation.
public enum Parity {
    /// What fails in float32 is checked once more with products accumulated in double, to tell what
    /// is wrong from what is rounded: where PyTorch happened to flip no sign, its own error, and so
    /// the limit, is too small for one that did. An input of a ReLU that is zero but for a rounding
    /// may fall otherwise in double too, because values between the products stay float32; then
    /// images one rounding away are tried. Of a wrong derivative none of them is within the limit.
    ///
    /// - Throws: ``StorageError`` or ``ModelError`` where the file lacks something or names what
    ///   Plumbline does not have.
    public static func check(_ path: String) throws -> [ParityRow] {
        let file = try ParityFile(path)
        var rows = try check(file, at: file.image)
        for neighbour in 0...neighbours {
            let failing = Set(rows.filter { $0.verdict == .fails }.map(\.name))
            guard !failing.isEmpty else { break }
            let image =
                neighbour == 0 ? file.image : oneRoundingAway(file.image, seed: UInt64(neighbour))
            let precise = try withPreciseProducts { try check(file, at: image, only: failing) }
            let errors = Dictionary(
                uniqueKeysWithValues: precise.map { ($0.name, $0.relativeError) })
            for index in rows.indices where failing.contains(rows[index].name) {
                let error = errors[rows[index].name]!
                rows[index].preciseError = min(rows[index].preciseError ?? .infinity, error)
            }
        }
        return rows
    }

    private static let neighbours = 6

    /// Every value moved to a neighbouring float32, up or down at random.
    private static func oneRoundingAway(_ image: Tensor, seed: UInt64) -> Tensor {
        var random = RandomGenerator(seed: seed)
        return Tensor(
            image.values.map { random.uniform() < 0.5 ? $0.nextUp : $0.nextDown },
            shape: image.shape)
    }

    /// - Parameter only: the quantities to compute; all where `nil`.
    private static func check(_ file: ParityFile, at image: Tensor, only: Set<String>? = nil) throws
        -> [ParityRow]
    {
        let model = try ModelRegistry.make(
            file.model, classes: file.classCount,
            configuration: ModelConfiguration(json: file.modelConfiguration))
        try load(file, into: model)
        guard let scenario = Scenario(rawValue: file.scenario) else {
            throw StorageError(file.path, "scenario is \(file.scenario), not align or misalign")
        }
        if let size = model.imageSize, Array(file.image.shape[2...]) != [size, size] {
            throw StorageError(
                file.path,
                "input/image has shape \(file.image.shape); \(file.model) takes \(size) x \(size)")
        }
        guard file.image.shape[2...].min()! >= model.smallestImageSize else {
            throw StorageError(
                file.path,
                "input/image has shape \(file.image.shape); \(file.model) needs \(model.smallestImageSize) pixels a side"
            )
        }
        let image = image.transposed([0, 2, 3, 1])
        var rows: [ParityRow] = []

        let logits = withoutGradients { model.logits(image, pass(file)) }
        let expectedLogits = try file.expected("logits", shape: logits.shape)
        rows.append(row("logits", logits, expectedLogits, base: 1e-4))

        for name in try file.explanationNames() where only?.contains("explanation/\(name)") ?? true
        {
            let request = try Request(
                model: model, image: image, targets: file.targets, pass: pass(file),
                outputSeed: try outputSeed(file, name))
            let method = try explanation(file, name)
            let relevance = try method.relevance(of: request)
            var shape = file.image.shape
            shape[1] = try file.explanationChannels(name)
            let expected = try file.expected("explanation/\(name)", shape: shape)
            guard relevance.shape[3] == shape[1] else {
                throw StorageError(
                    file.path,
                    "expected/explanation/\(name) has \(shape[1]) channels; \(name) has \(relevance.shape[3])"
                )
            }
            rows.append(
                row(
                    "explanation/\(name)", relevance.transposed([0, 3, 1, 2]), expected, base: 3e-4)
            )
        }

        if let only, only.isDisjoint(with: ["location_loss", "loss", "gradient"]) { return rows }
        var objective = AlignmentObjective(
            scenario: scenario,
            explanation: try explanation(
                file, file.explanation, rows: file.labels.indices.filter { file.labels[$0] == 1 }),
            target: 0)
        objective.weight = file.lambda
        objective.drawsNoise = false
        objective.outputSeed = try outputSeed(file, file.explanation)
        objective.batchNorm = file.usesBatchStatistics ? .train : .frozen
        objective.explanationMode = file.usesBatchStatistics ? .train : .eval
        let shape = Array(file.mask.shape[1...])
        let goals = file.labels.indices.map { index -> Tensor? in
            guard file.labels[index] == 1 else { return nil }
            let mask = file.mask.sliced(0, index..<(index + 1)).reshaped(shape)
            return scenario == .align ? mask : 1 - mask
        }
        let result = try objective.evaluate(
            model, image, file.targets, file.labels, [Float](repeating: 1, count: goals.count),
            goals, noise: RandomGenerator(seed: 0))
        rows.append(
            row(
                "location_loss", Tensor(result.locationLoss ?? 0),
                try file.expected("location_loss", shape: []), base: 1e-4))
        rows.append(
            row("loss", Tensor(result.loss), try file.expected("loss", shape: []), base: 1e-4))
        rows += try gradients(file, model, result.gradients)
        return rows
    }

    private static func pass(_ file: ParityFile) -> Pass {
        Pass(file.usesBatchStatistics ? .batch(updates: 0) : .running)
    }

    /// The method with the reference's own random draws, of some rows where not all are explained.
    private static func explanation(_ file: ParityFile, _ name: String, rows: [Int]? = nil) throws
        -> any Explanation
    {
        func chosen(_ draws: Tensor?) -> Tensor? {
            rows.flatMap { rows in draws?.gathered(rows, axis: 1) } ?? draws
        }
        let noise = chosen(file.noise)?.transposed([0, 1, 3, 4, 2])
        switch name {
        case "smoothgrad": return SmoothGrad(samples: file.steps, given: noise)
        case "vargrad": return VarGrad(samples: file.steps, given: noise)
        case "gradient_shap":
            return GradientSHAP(
                samples: file.steps, level: 0, coefficients: chosen(file.coefficients))
        default: break
        }
        var settings = ExplanationSettings()
        settings.steps = file.steps
        settings.layer = try file.setting("feature_layer") ?? ""
        func choice<Value: RawRepresentable & CaseIterable>(_ name: String, _ fallback: Value)
            throws -> Value where Value.RawValue == String
        {
            guard let text = try file.setting(name) else { return fallback }
            guard let value = Value(rawValue: text) else {
                throw StorageError(
                    file.path,
                    "\(name) is \(text), not one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            return value
        }
        settings.batchNorm = try choice("lrp_batch_norm", settings.batchNorm)
        settings.lrpGradient = try choice("lrp_gradient", settings.lrpGradient)
        if let window = try file.setting("occlusion_window") {
            let sizes = window.split(separator: ",").compactMap { Int($0) }
            guard sizes.count == 2 else {
                throw StorageError(
                    file.path, "occlusion_window is \(window); window,stride is wanted")
            }
            (settings.window, settings.stride) = (sizes[0], sizes[1])
        }
        return try ExplanationRegistry.make(name, settings)
    }

    private static func outputSeed(_ file: ParityFile, _ method: String) throws -> OutputSeed {
        guard let seed = OutputSeed(rawValue: file.outputSeed) else {
            throw StorageError(
                file.path, "output_seed is \(file.outputSeed), not one, logit or default")
        }
        return seed
    }

    private static func load(_ file: ParityFile, into model: any Classifier) throws {
        let present = Set(try file.weightNames())
        for parameter in model.parameters {
            guard present.contains(parameter.name) else {
                throw StorageError(file.path, "no dataset weights/\(parameter.name)")
            }
            parameter.assign(
                parameter.fromTorch(try file.weight(parameter.name, shape: parameter.torchShape)))
        }
        let known = Set(model.parameters.map(\.name))
        if let unknown = try file.weightNames().first(where: { !known.contains($0) }) {
            throw StorageError(file.path, "weights/\(unknown) is no parameter of \(file.model)")
        }
    }

    private static func gradients(_ file: ParityFile, _ model: any Classifier, _ found: [Tensor])
        throws -> [ParityRow]
    {
        guard try !file.gradientNames().isEmpty else { return [] }
        var all = Comparison()
        var rows: [ParityRow] = []
        let present = Set(try file.gradientNames())
        for (parameter, gradient) in zip(model.trainableParameters, found) {
            guard present.contains(parameter.name) else {
                throw StorageError(file.path, "no dataset expected/gradient/\(parameter.name)")
            }
            let ours =
                parameter.layout == .convolution ? gradient.transposed([0, 3, 1, 2]) : gradient
            let expected = try file.expected(
                "gradient/\(parameter.name)", shape: parameter.torchShape)
            rows.append(row("gradient/\(parameter.name)", ours, expected, base: nil))
            all.add(ours.values, expected.value.values)
        }
        let error = try file.gradientError()
        return [all.row("gradient", float32Error: error, base: 3e-4)] + rows
    }

    private static func row(
        _ name: String, _ ours: Tensor, _ expected: (value: Tensor, float32Error: Double),
        base: Double?
    ) -> ParityRow {
        var comparison = Comparison()
        comparison.add(ours.values, expected.value.values)
        return comparison.row(name, float32Error: expected.float32Error, base: base)
    }
}

/// Running sums over two vectors. A value that is not finite makes the error infinite, so that it
/// can never pass.
private struct Comparison {
    var largest = 0.0, distance = 0.0, size = 0.0, ours = 0.0, product = 0.0

    mutating func add(_ values: [Float], _ expected: [Float]) {
        for (a, b) in zip(values, expected) {
            let (a, b) = (Double(a), Double(b))
            let difference = a.isFinite && b.isFinite ? abs(a - b) : .infinity
            largest = max(largest, difference)
            distance += difference * difference
            size += b * b
            ours += a * a
            product += a * b
        }
    }

    func row(_ name: String, float32Error: Double, base: Double?) -> ParityRow {
        ParityRow(
            name: name, maxDifference: largest,
            relativeError: distance == 0 ? 0 : (distance / max(size, 1e-60)).squareRoot(),
            float32Error: float32Error, cosine: product / max((ours * size).squareRoot(), 1e-60),
            limit: base.map { max($0, 4 * float32Error) })
    }
}
