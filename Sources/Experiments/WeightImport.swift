import Foundation
import Models
import Storage
import Tensors

/// Weights of any known format and origin put into a model.
public struct WeightImport {
    /// What became of each name.
    public struct Report: Sendable {
        public var loaded = 0
        /// Parameters of the head that the file lacks or has in another size: their fresh values
        /// stay.
        public var drawnAnew: [String] = []
        /// Names of the file that the model has no place for.
        public var unexpected: [String] = []
        /// What was resampled or spread to fit, in words.
        public var adapted: [String] = []

        /// A line for each that is worth one.
        public var lines: [String] {
            var lines = ["\(loaded) tensors loaded"]
            if !drawnAnew.isEmpty {
                lines.append(
                    "drawn anew, absent or of another size: \(drawnAnew.joined(separator: ", "))")
            }
            lines += adapted
            if !unexpected.isEmpty {
                lines.append("without a place in the model: \(unexpected.joined(separator: ", "))")
            }
            return lines
        }
    }

    /// - Throws: ``StorageError`` that lists every name that is missing or has the wrong shape, the
    ///   head apart.
    public static func load(_ path: String, into model: any Classifier) throws -> Report {
        let file = try WeightFile.open(path)
        let sources = WeightNames.translated(file.shapes.keys)
        var report = Report(), missing: [String] = [], misshaped: [String] = [],
            assigned: [(Parameter, Tensor)] = []
        for parameter in model.parameters {
            let isHead = model.headNames.contains(parameter.name), wanted = parameter.torchShape
            guard let parts = sources[parameter.name] else {
                if isHead {
                    report.drawnAnew.append(parameter.name)
                } else {
                    missing.append(parameter.name)
                }
                continue
            }
            let shape = joinedShape(parts.map { file.shapes[$0]! })
            if shape == wanted {
                let tensors = try parts.map { try file.tensor($0) }
                assigned.append(
                    (parameter, tensors.count == 1 ? tensors[0] : concatenate(tensors, axis: 0)))
            } else if isHead {
                report.drawnAnew.append(parameter.name)
            } else if parts.count == 1,
                let adapted = try adapted(parameter, shape, { try file.tensor(parts[0]) })
            {
                assigned.append((parameter, adapted.value))
                report.adapted.append("\(parameter.name): \(adapted.how)")
            } else {
                misshaped.append("\(parameter.name) has \(shape), \(wanted) is wanted")
            }
        }
        let used = Set(model.parameters.flatMap { sources[$0.name] ?? [] })
        report.unexpected = file.shapes.keys.filter {
            !used.contains($0) && !$0.hasSuffix("num_batches_tracked")
        }.sorted()
        guard missing.isEmpty, misshaped.isEmpty else {
            var wrong: [String] = []
            if !missing.isEmpty { wrong.append("missing: \(missing.joined(separator: ", "))") }
            if !misshaped.isEmpty {
                wrong.append("wrong shape: \(misshaped.joined(separator: "; "))")
            }
            if !report.unexpected.isEmpty {
                wrong.append("without a place: \(report.unexpected.joined(separator: ", "))")
            }
            throw StorageError(
                path,
                "does not fit \(model.name) (\(file.format.rawValue)); \(wrong.joined(separator: " | "))"
            )
        }
        // Only now, so that a file that does not fit changes nothing.
        for (parameter, value) in assigned { parameter.assign(parameter.fromTorch(value)) }
        report.loaded = assigned.count
        return report
    }

    private static func joinedShape(_ shapes: [[Int]]) -> [Int] {
        guard shapes.count > 1, let first = shapes.first, !first.isEmpty,
            shapes.allSatisfy({ $0.dropFirst() == first.dropFirst() })
        else { return shapes[0] }
        return [shapes.reduce(0) { $0 + $1[0] }] + first.dropFirst()
    }

    /// Position embeddings of another grid, relative positions of another window and first layers
    /// of other channels, as timm adapts them.
    private static func adapted(_ parameter: Parameter, _ shape: [Int], _ read: () throws -> Tensor)
        throws -> (value: Tensor, how: String)?
    {
        let wanted = parameter.torchShape
        if parameter.name == "pos_embed", shape.count == 3, shape[0] == 1, shape[2] == wanted[2] {
            // One token for the class, the others a square.
            func side(_ tokens: Int) -> Int? {
                let side = Int(Double(tokens - 1).squareRoot().rounded())
                return tokens > 1 && side * side == tokens - 1 ? side : nil
            }
            guard let from = side(shape[1]), let to = side(wanted[1]) else { return nil }
            let value = try read(),
                grid = value.sliced(1, 1..<shape[1]).reshaped([1, from, from, shape[2]])
            let resampled = grid.resizedBicubic(height: to, width: to).reshaped([
                1, to * to, shape[2],
            ])
            return (
                concatenate([value.sliced(1, 0..<1), resampled], axis: 1),
                "\(from) x \(from) positions resampled to \(to) x \(to)"
            )
        }
        if parameter.name.hasSuffix("relative_position_bias_table"), shape.count == 2,
            shape[1] == wanted[1]
        {
            // A window of w tokens a side has 2 w - 1 relative positions a side.
            func side(_ count: Int) -> Int? {
                let side = Int(Double(count).squareRoot().rounded())
                return side * side == count && side % 2 == 1 ? side : nil
            }
            guard let from = side(shape[0]), let to = side(wanted[0]) else { return nil }
            return (
                try read().resampledRelativePositions(from: from, to: to),
                "window of \((from + 1) / 2) resampled to \((to + 1) / 2)"
            )
        }
        guard parameter.layout == .convolution, shape.count == 4, shape[0] == wanted[0],
            Array(shape[2...]) == Array(wanted[2...]),
            [1, 3].contains(shape[1]), [1, 3].contains(wanted[1])
        else { return nil }
        let value = try read()
        if wanted[1] == 1 {
            return (
                value.sum([1], keepingDimensions: true), "its three input channels summed to one"
            )
        }
        return (
            value.broadcast(to: wanted) * (1 / Float(3)), "its one input channel spread over three"
        )
    }

    /// A checkpoint of a registered model with weights from a file.
    public static func checkpoint(
        model name: String, configuration: String, classes: [String], weights: String,
        output: String
    ) throws -> Report {
        let model = try ModelRegistry.make(
            name, classes: classes.count, configuration: ModelConfiguration(json: configuration))
        let report = try load(weights, into: model)
        try ModelStore.checkpoint(model, classes: classes).write(output)
        return report
    }

    /// A checkpoint's weights as safetensors or, by the file's name, HDF5; under torchvision's and
    /// timm's names and layouts.
    ///
    /// - Returns: how many tensors were written.
    public static func export(checkpoint: String, to output: String) throws -> Int {
        let (model, stored) = try ModelStore.model(checkpoint)
        let tensors = model.parameters.map { (name: $0.name, value: $0.torchValue) }
        if output.hasSuffix(".safetensors") {
            try SafeTensors.write(
                tensors,
                metadata: [
                    "model": model.name, "model_config": stored.modelConfiguration,
                    "classes": stored.classes.joined(separator: "|"),
                ],
                to: output)
        } else if output.hasSuffix(".h5") || output.hasSuffix(".hdf5") {
            try HDF5File.write(output) { file in
                for (name, value) in tensors { try file.write("weights/\(name)", value) }
                try file.setAttribute("model", model.name)
                try file.setAttribute("model_config", stored.modelConfiguration)
            }
        } else {
            throw ConfigurationError(
                "--output", output, "a name that ends in .safetensors, .h5 or .hdf5 is wanted")
        }
        return tensors.count
    }
}
