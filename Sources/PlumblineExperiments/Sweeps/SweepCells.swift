import Foundation
import PlumblineExplanations
import Yams

/// Makes the cells of a sweep, each with a checked configuration.
struct SweepCells {
    private let file: SweepFile
    private let kinds: [SweepAxisKind]

    init(_ file: SweepFile) {
        self.file = file
        kinds = file.axes.map { SweepAxisKind($0) }
    }

    /// - Throws: ``ConfigurationError`` that names the first cell that is wrong.
    func all() throws -> [SweepCell] {
        let combinations = try SweepProduct(file: file).combinations()
        var configurations: [Configuration] = []
        for combination in combinations {
            configurations.append(
                try naming(combination) { try configuration(of: combination) })
        }
        try shareCheckpoints(&configurations)
        var cells: [SweepCell] = []
        var known: [String: SweepCell] = [:]
        for (combination, configuration) in zip(combinations, configurations) {
            var cell = try naming(combination) {
                let scenario = self.scenario(of: combination)
                _ = try configuration.scenarios(named: [scenario])
                return try SweepCell(
                    labels(combination), configuration, scenario: scenario, root: file.output)
            }
            cell.settings = settings(combination, of: .both)
            cell.tuneSettings = settings(combination, of: .fineTune)
            if let other = known.updateValue(cell, forKey: cell.keys.cell) {
                throw ConfigurationError(
                    file.path, "axes",
                    "\(Self.text(other.labels)) and \(Self.text(cell.labels)) are the same "
                        + "experiment: their settings do not differ")
            }
            cells.append(cell)
        }
        return cells
    }

    private func configuration(of combination: SweepProduct.Combination) throws -> Configuration {
        let settings: [Configuration.Part] = zip(file.axes, combination).flatMap { axis, level in
            level.settings.map { key, node in
                (key, filled(node, combination), "\(file.path): axes.\(axis.name)")
            }
        }
        var configuration = try Configuration(file.base + settings, file: file.baseFile)
        if configuration.sharedStages.isEmpty {
            configuration.sharedStages = "\(file.output)/stages"
        }
        _ = try configuration.validated()
        return configuration
    }

    /// A text in which `{axis}` stands for the level of that axis, such as the file of a model.
    private func filled(_ node: Node, _ combination: SweepProduct.Combination) -> Node {
        guard let scalar = node.scalar, scalar.string.contains("{") else { return node }
        var text = scalar.string
        for (axis, level) in zip(file.axes, combination) {
            text = text.replacingOccurrences(of: "{\(axis.name)}", with: level.label)
        }
        return Node(text, node.tag, .doubleQuoted)
    }

    /// Keeps the checkpoints that some cell evaluates, unless the file says what to keep.
    private func shareCheckpoints(_ configurations: inout [Configuration]) throws {
        let evaluated = Set(configurations.map(\.evaluate.checkpoint))
        for index in configurations.indices {
            let given = configurations[index].givenKeys
            if !given.contains("checkpoints.keep") {
                configurations[index].checkpoints.kept = Configuration.CheckpointChoice.allCases
                    .filter { $0 == .last || evaluated.contains($0) }
            }
            if !given.contains("checkpoints.shared_keep_all") {
                configurations[index].checkpoints.sharedKeepAll = false
            }
        }
    }

    private func settings(
        _ combination: SweepProduct.Combination, of kind: SweepAxisKind
    ) -> [String] {
        zip(zip(file.axes, kinds), combination).compactMap { axis, level in
            axis.1 == kind ? "\(axis.0.name)=\(level.label)" : nil
        }
    }

    private func scenario(of combination: SweepProduct.Combination) -> String {
        let place = file.axes.firstIndex { $0.name == SweepAxis.scenario }!
        return combination[place].label
    }

    private func labels(_ combination: SweepProduct.Combination) -> [(axis: String, label: String)]
    {
        zip(file.axes, combination).map { ($0.name, $1.label) }
    }

    /// Names the cell in an error about its settings.
    private func naming<Result>(
        _ combination: SweepProduct.Combination, _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch let error as ConfigurationError {
            throw refusal(combination, error.description)
        } catch let error as ExplanationError {
            throw refusal(combination, error.description)
        }
    }

    private func refusal(
        _ combination: SweepProduct.Combination, _ problem: String
    ) -> ConfigurationError {
        ConfigurationError(file.path, "cell (\(Self.text(labels(combination))))", problem)
    }

    private static func text(_ labels: [(axis: String, label: String)]) -> String {
        labels.map { "\($0.axis)=\($0.label)" }.joined(separator: ", ")
    }
}
