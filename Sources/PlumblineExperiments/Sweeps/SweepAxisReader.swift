import Yams

/// Reads the axes of a sweep's file.
struct SweepAxisReader {
    let file: String

    /// - Throws: ``ConfigurationError`` that names the axis.
    func axes(_ node: Node?) throws -> [SweepAxis] {
        guard let mapping = node?.mapping, !mapping.isEmpty else {
            throw ConfigurationError(
                file, "axes", "must be a mapping of keys to lists of values")
        }
        let axes = try mapping.map { try axis(SweepAxis.label($0.key), $0.value) }
        if let name = axes.map(\.name).first(where: { name in
            axes.count { $0.name == name } > 1
        }) {
            throw refusal(name, "is there twice")
        }
        return axes
    }

    private func axis(_ name: String, _ node: Node) throws -> SweepAxis {
        guard name != "align.scenarios", name != "output", name != "train.shared" else {
            throw refusal(
                name,
                name == "align.scenarios"
                    ? "name scenarios by the axis scenario: each cell trains one"
                    : "is a folder that the sweep itself sets")
        }
        let levels: [SweepAxis.Level]
        if let items = node.sequence {
            levels = try items.map { try level(of: name, $0) }
        } else if let mapping = node.mapping {
            levels = try mapping.map { try namedLevel(name, SweepAxis.label($0.key), $0.value) }
        } else {
            throw refusal(name, "must be a list of values, or a mapping of named levels")
        }
        guard !levels.isEmpty else { throw refusal(name, "has no level") }
        for (index, level) in levels.enumerated()
        where levels[..<index].contains(where: { $0.label == level.label }) {
            throw refusal(name, "has the level \(level.label) twice")
        }
        return SweepAxis(name: name, levels: levels)
    }

    private func level(of axis: String, _ node: Node) throws -> SweepAxis.Level {
        let label = SweepAxis.label(node)
        if axis == SweepAxis.scenario {
            guard node.scalar != nil else {
                throw refusal(axis, "must be a list of names of scenarios")
            }
            return SweepAxis.Level(label: label, settings: [])
        }
        guard ConfigurationKeys.all.contains(where: { $0.name == axis }) else {
            throw refusal(
                axis,
                "is no key of a configuration; `plumbline config` lists all. An axis of its own "
                    + "has named levels: \(axis): {one: {key: value}, two: {key: value}}")
        }
        return SweepAxis.Level(label: label, settings: [(axis, node)])
    }

    private func namedLevel(
        _ axis: String, _ label: String, _ node: Node
    ) throws -> SweepAxis.Level {
        guard !axis.contains("."), axis != SweepAxis.scenario else {
            throw refusal(axis, "is a key, so it needs a list of values: [a, b]")
        }
        guard let mapping = node.mapping else {
            throw refusal("\(axis).\(label)", "must be a mapping of keys to values")
        }
        let settings = mapping.map { (key: SweepAxis.label($0.key), node: $0.value) }
        let known = Set(ConfigurationKeys.all.map(\.name))
        for (key, _) in settings where !known.contains(key) {
            throw refusal(
                "\(axis).\(label).\(key)",
                "is no key of a configuration; `plumbline config` lists all")
        }
        return SweepAxis.Level(label: label, settings: settings)
    }

    private func refusal(_ axis: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(file, "axes.\(axis)", problem)
    }
}
