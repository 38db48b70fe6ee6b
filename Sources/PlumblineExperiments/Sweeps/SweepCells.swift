import PlumblineExplanations

/// Makes the cells of a sweep, each with a checked configuration.
struct SweepCells {
    private let file: SweepFile

    init(_ file: SweepFile) { self.file = file }

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
            let cell = try naming(combination) {
                let scenario = self.scenario(of: combination)
                _ = try configuration.scenarios(named: [scenario])
                return try SweepCell(
                    labels(combination), configuration, scenario: scenario, root: file.output)
            }
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
            level.settings.map { ($0.key, $0.node, "\(file.path): axes.\(axis.name)") }
        }
        var configuration = try Configuration(file.base + settings, file: file.baseFile)
        if !configuration.givenKeys.contains("train.shared") {
            configuration.sharedStages = "\(file.output)/stages"
        }
        _ = try configuration.validated()
        return configuration
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
