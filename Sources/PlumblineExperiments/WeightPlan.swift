import PlumblineModels
import PlumblineStorage

/// Which tensors of a file become which parameters, decided from names and shapes alone.
struct WeightPlan {
    /// A parameter and the tensors that it is made of.
    struct Step {
        let parameter: Parameter
        /// Names in the file, to be joined along the first axis if they are several.
        let names: [String]
        /// What makes the tensor fit; `nil` if its shape is the parameter's.
        let adaptation: WeightAdaptation?
    }

    private(set) var steps: [Step] = []
    /// Parameters of the head that the file lacks, or has in another size.
    private(set) var drawnAnew: [String] = []
    /// Names of the file that the model has no place for.
    let unexpected: [String]
    private var missing: [String] = []
    private var misshaped: [String] = []

    /// - Parameter shapes: of the file's tensors.
    init(_ match: WeightMatch, _ shapes: [String: [Int]], _ model: any Classifier) {
        let used = Set(match.sources.values.joined())
        unexpected = shapes.keys.filter {
            !used.contains($0) && !$0.hasSuffix("num_batches_tracked")
        }.sorted()
        for parameter in model.parameters {
            add(parameter, match, shapes, model)
        }
    }

    private mutating func add(
        _ parameter: Parameter, _ match: WeightMatch, _ shapes: [String: [Int]],
        _ model: any Classifier
    ) {
        let isHead = model.headNames.contains(parameter.name)
        guard let names = match.sources[parameter.name] else {
            if isHead { drawnAnew.append(parameter.name) } else { missing.append(parameter.name) }
            return
        }
        let shape = WeightMatch.shape(names.map { shapes[$0]! })
        if shape == parameter.torchShape {
            steps.append(Step(parameter: parameter, names: names, adaptation: nil))
        } else if isHead {
            drawnAnew.append(parameter.name)
        } else if names.count == 1,
            let adaptation = model.architecture?.weightAdaptation(of: parameter, from: shape)
        {
            steps.append(Step(parameter: parameter, names: names, adaptation: adaptation))
        } else {
            misshaped.append("\(parameter.name) has \(shape), must have \(parameter.torchShape)")
        }
    }

    /// What is adapted, a line for each parameter.
    var adapted: [String] {
        steps.compactMap { step in
            step.adaptation.map { "\(step.parameter.name): \($0.description)" }
        }
    }

    /// Why the file does not fit; `nil` if it does.
    func problem(_ model: any Classifier, _ format: WeightFile.Format) -> String? {
        guard !missing.isEmpty || !misshaped.isEmpty else { return nil }
        var wrong: [String] = []
        if !missing.isEmpty { wrong.append("missing: \(ImportReport.listed(missing))") }
        if !misshaped.isEmpty {
            wrong.append("wrong shape: \(ImportReport.listed(misshaped, separator: "; "))")
        }
        if !unexpected.isEmpty {
            wrong.append("without a place: \(ImportReport.listed(unexpected))")
        }
        return
            "does not fit \(model.name) (\(format.rawValue)); "
            + "\(wrong.joined(separator: " | ")); "
            + "name the architecture and the configuration that the weights were made with "
            + "(import: --model, --config; run: model.name, model.config)"
    }
}
