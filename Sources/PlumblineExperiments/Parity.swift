import Foundation
import PlumblineExplanations
import PlumblineModels
import PlumblineStorage
import PlumblineTensors
import PlumblineTraining

/// Compares Plumbline with a parity file.
///
/// The file holds logits, explanations, losses, and the gradient of the loss through the
/// explanation.
public enum Parity {
    /// Compares every quantity of a parity file with Plumbline's value.
    ///
    /// A quantity that fails in float32 is computed again with products accumulated in double.
    /// This tells errors from rounding. The limit is four times PyTorch's own float32 error. If no
    /// ReLU input changed its sign in PyTorch, that limit is smaller than the effect of one change
    /// of sign.
    ///
    /// An input of a ReLU may have the other sign in double too, because values between the
    /// products stay in float32. For this case, images one rounding away are tried. A wrong
    /// derivative fails on all of them.
    ///
    /// - Throws: ``StorageError`` or ``ModelError`` if the file lacks a value, or names a model or
    ///   a method that Plumbline does not have.
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
                guard let error = errors[rows[index].name] else { continue }
                rows[index].preciseError = min(rows[index].preciseError ?? .infinity, error)
            }
        }
        return rows
    }

    /// How many images one rounding away are tried.
    private static let neighbours = 6

    /// The image with every value moved to a neighbouring float32, up or down at random.
    private static func oneRoundingAway(_ image: Tensor, seed: UInt64) -> Tensor {
        var random = RandomGenerator(seed: seed)
        return Tensor(
            image.values.map { random.uniform() < 0.5 ? $0.nextUp : $0.nextDown },
            shape: image.shape)
    }

    /// - Parameter only: the quantities to compute; `nil` for all.
    private static func check(_ file: ParityFile, at image: Tensor, only: Set<String>? = nil) throws
        -> [ParityRow]
    {
        let model = try ModelRegistry.make(
            file.model, classes: file.classCount,
            configuration: ModelConfiguration(json: file.modelConfiguration))
        try load(file, into: model)
        guard let scenario = Scenario(named: file.scenario) else {
            throw StorageError(
                file.path, "scenario must be align or misalign, not \(file.scenario)")
        }
        try checkSize(file, model)
        let image = image.transposed([0, 2, 3, 1])
        let logits = withoutGradients { model.logits(image, pass(file)) }
        let expectedLogits = try file.expected("logits", shape: logits.shape)
        var rows = [row("logits", logits, expectedLogits, base: 1e-4)]
        for name in try file.explanationNames() where only?.contains("explanation/\(name)") ?? true
        {
            rows.append(try explanationRow(name, file, model, image))
        }
        if let only, only.isDisjoint(with: ["location_loss", "loss", "gradient"]) { return rows }
        return rows + (try lossRows(file, model, image, scenario))
    }

    /// - Throws: ``StorageError`` if the model cannot take images of the file's size.
    private static func checkSize(_ file: ParityFile, _ model: any Classifier) throws {
        let sides = Array(file.image.shape[2...])
        let problem = "input/image has shape \(file.image.shape); \(file.model)"
        if let size = model.imageSize, sides != [size, size] {
            throw StorageError(file.path, "\(problem) takes \(size) x \(size)")
        }
        guard sides.allSatisfy({ $0 >= model.smallestImageSize }) else {
            throw StorageError(
                file.path, "\(problem) needs at least \(model.smallestImageSize) pixels per side")
        }
    }

    private static func explanationRow(
        _ name: String, _ file: ParityFile, _ model: any Classifier, _ image: Tensor
    ) throws -> ParityRow {
        let request = try Request(
            model: model, image: image, targets: file.targets, pass: pass(file),
            outputSeed: try outputSeed(file))
        let relevance = try explanation(file, name).relevance(of: request)
        var shape = file.image.shape
        shape[1] = try file.explanationChannels(name)
        let expected = try file.expected("explanation/\(name)", shape: shape)
        guard relevance.shape[3] == shape[1] else {
            throw StorageError(
                file.path,
                "expected/explanation/\(name) has \(shape[1]) channels; "
                    + "\(name) has \(relevance.shape[3])")
        }
        return row(
            "explanation/\(name)", relevance.transposed([0, 3, 1, 2]), expected, base: 3e-4)
    }

    private static func lossRows(
        _ file: ParityFile, _ model: any Classifier, _ image: Tensor, _ scenario: Scenario
    ) throws -> [ParityRow] {
        let positiveIndices = file.labels.indices.filter { file.labels[$0] == 1 }
        var objective = AlignmentObjective(
            scenario: scenario,
            explanation: try explanation(file, file.explanation, rows: positiveIndices), target: 0)
        objective.weight = file.lambda
        objective.drawsNoise = false
        objective.outputSeed = try outputSeed(file)
        objective.batchNorm = file.usesBatchStatistics ? .train : .frozen
        objective.explanationMode = file.usesBatchStatistics ? .train : .eval
        let shape = Array(file.mask.shape[1...])
        let goals = file.labels.indices.map { index -> Tensor? in
            guard file.labels[index] == 1 else { return nil }
            let mask = file.mask.sliced(0, index..<(index + 1)).reshaped(shape)
            return scenario.goal(mask)
        }
        let result = try objective.evaluate(
            model, image, file.targets, file.labels, [Float](repeating: 1, count: goals.count),
            goals, noise: RandomGenerator(seed: 0))
        let rows = [
            row(
                "location_loss", Tensor(result.locationLoss ?? 0),
                try file.expected("location_loss", shape: []), base: 1e-4),
            row("loss", Tensor(result.loss), try file.expected("loss", shape: []), base: 1e-4),
        ]
        return rows + (try gradientRows(file, model, result.gradients))
    }

    private static func pass(_ file: ParityFile) -> Pass {
        Pass(file.usesBatchStatistics ? .batch(updates: 0) : .running)
    }

    /// The method with the random draws of the reference.
    ///
    /// - Parameter rows: the images that are explained; `nil` for all.
    private static func explanation(_ file: ParityFile, _ name: String, rows: [Int]? = nil) throws
        -> any Explanation
    {
        func ofExplainedRows(_ draws: Tensor?) -> Tensor? {
            rows.flatMap { rows in draws?.gathered(rows, axis: 1) } ?? draws
        }
        let noise = ofExplainedRows(file.noise)?.transposed([0, 1, 3, 4, 2])
        switch name {
        case "smoothgrad": return SmoothGrad(samples: file.steps, given: noise)
        case "vargrad": return VarGrad(samples: file.steps, given: noise)
        case "gradient_shap":
            return GradientSHAP(
                samples: file.steps, level: 0, coefficients: ofExplainedRows(file.coefficients))
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
                let choices = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw StorageError(file.path, "\(name) must be one of \(choices), not \(text)")
            }
            return value
        }
        settings.batchNorm = try choice("lrp_batch_norm", settings.batchNorm)
        settings.lrpGradient = try choice("lrp_gradient", settings.lrpGradient)
        if let window = try file.setting("occlusion_window") {
            let sizes = window.split(separator: ",").compactMap { Int($0) }
            guard sizes.count == 2 else {
                throw StorageError(
                    file.path, "occlusion_window must be window,stride, not \(window)")
            }
            settings.window = sizes[0]
            settings.stride = sizes[1]
        }
        return try ExplanationRegistry.make(name, settings)
    }

    private static func outputSeed(_ file: ParityFile) throws -> OutputSeed {
        guard let seed = OutputSeed(rawValue: file.outputSeed) else {
            throw StorageError(
                file.path, "output_seed must be one, logit or default, not \(file.outputSeed)")
        }
        return seed
    }

    private static func load(_ file: ParityFile, into model: any Classifier) throws {
        let present = Set(try file.weightNames())
        for parameter in model.parameters {
            guard present.contains(parameter.name) else {
                throw StorageError(file.path, "lacks the dataset weights/\(parameter.name)")
            }
            parameter.assign(
                parameter.fromTorch(try file.weight(parameter.name, shape: parameter.torchShape)))
        }
        let known = Set(model.parameters.map(\.name))
        if let unknown = try file.weightNames().first(where: { !known.contains($0) }) {
            throw StorageError(file.path, "weights/\(unknown) is not a parameter of \(file.model)")
        }
    }

    /// A row of all parameters' gradients together, then a row of each.
    private static func gradientRows(
        _ file: ParityFile, _ model: any Classifier, _ computed: [Tensor]
    ) throws -> [ParityRow] {
        guard try !file.gradientNames().isEmpty else { return [] }
        var all = ParityComparison()
        var rows: [ParityRow] = []
        let present = Set(try file.gradientNames())
        for (parameter, gradient) in zip(model.trainableParameters, computed) {
            guard present.contains(parameter.name) else {
                throw StorageError(
                    file.path, "lacks the dataset expected/gradient/\(parameter.name)")
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
        var comparison = ParityComparison()
        comparison.add(ours.values, expected.value.values)
        return comparison.row(name, float32Error: expected.float32Error, base: base)
    }
}
