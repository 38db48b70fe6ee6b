import Yams

/// A part of a cell: some axes with the levels that they may have.
struct SweepFilter {
    /// The levels by the name of their axis.
    let levels: [String: [SweepAxis.Level]]

    /// Whether a cell has one of the levels of each axis that is named.
    func matches(_ labels: [String: String]) -> Bool {
        levels.allSatisfy { axis, levels in levels.contains { $0.label == labels[axis] } }
    }

    /// The filters of a list of the file.
    ///
    /// - Parameter isOpen: whether an axis may get a value that its list does not have.
    /// - Throws: ``ConfigurationError`` that names the entry.
    static func all(
        _ node: Node?, _ name: String, _ file: SweepFile, isOpen: Bool
    ) throws -> [SweepFilter] {
        guard let node else { return [] }
        guard let items = node.sequence else {
            throw ConfigurationError(
                file.path, name, "must be a list of parts of cells: [{axis: level}]")
        }
        return try items.enumerated().map { index, item in
            let place = "\(name)[\(index + 1)]"
            guard let mapping = item.mapping, !mapping.isEmpty else {
                throw ConfigurationError(file.path, place, "must be a mapping of axes to levels")
            }
            var levels: [String: [SweepAxis.Level]] = [:]
            for (key, value) in mapping {
                let axis = try axis(SweepAxis.label(key), place, file)
                levels[axis.name] = try self.levels(value, axis, place, file, isOpen: isOpen)
            }
            return SweepFilter(levels: levels)
        }
    }

    private static func axis(
        _ name: String, _ place: String, _ file: SweepFile
    ) throws -> SweepAxis {
        guard let axis = file.axes.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                file.path, "\(place).\(name)",
                "is no axis of the sweep; there are "
                    + file.axes.map(\.name).joined(separator: ", "))
        }
        return axis
    }

    /// One level, or each one of a list of levels.
    private static func levels(
        _ node: Node, _ axis: SweepAxis, _ place: String, _ file: SweepFile, isOpen: Bool
    ) throws -> [SweepAxis.Level] {
        if let level = axis.level(SweepAxis.label(node)) { return [level] }
        let nodes = node.sequence.map { Array($0) } ?? [node]
        return try nodes.map { node in
            let label = SweepAxis.label(node)
            if let level = axis.level(label) { return level }
            guard isOpen, axis.isOpen else {
                throw ConfigurationError(
                    file.path, "\(place).\(axis.name)",
                    "\(label) is no level of this axis; there are "
                        + axis.levels.map(\.label).joined(separator: ", "))
            }
            return axis.level(of: node)
        }
    }
}
