import PlumblineTraining

extension Configuration {
    /// The configuration of a scenario: the masks of its goal are those of `data.align`.
    func with(_ scenario: Scenario) -> Configuration {
        guard scenario.goal.target == .file else { return self }
        var own = self
        own.data.align.masks = scenario.goal.file
        return own
    }

    /// Some of the scenarios of `align.scenarios`, in the order of the configuration.
    ///
    /// - Parameter names: the scenarios that are chosen; `nil` for all.
    /// - Throws: ``ConfigurationError`` for a name that is not one of `align.scenarios`.
    public func scenarios(named names: [String]?) throws -> [Scenario] {
        guard let names else { return align.scenarios }
        let known = align.scenarios.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw ConfigurationError(
                file, "align.scenarios",
                "has no scenario \(unknown); there are \(known.joined(separator: ", "))")
        }
        return align.scenarios.filter { names.contains($0.name) }
    }
}
