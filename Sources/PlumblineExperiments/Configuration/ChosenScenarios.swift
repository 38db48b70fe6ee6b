import PlumblineTraining

extension Configuration {
    /// Some of the scenarios of `align.scenarios`, in the order of the configuration.
    ///
    /// - Parameter names: the scenarios that are chosen; `nil` for all.
    /// - Throws: ``ConfigurationError`` for a name that is not one of `align.scenarios`.
    public func scenarios(named names: [String]?) throws -> [Scenario] {
        guard let names else { return align.scenarios }
        let known = align.scenarios.map(\.rawValue)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw ConfigurationError(
                file, "align.scenarios",
                "has no scenario \(unknown); there are \(known.joined(separator: ", "))")
        }
        return align.scenarios.filter { names.contains($0.rawValue) }
    }
}
