import Yams

/// One factor of a sweep, with its levels.
///
/// An axis is a key of the configuration with a list of values, or a name of its own with named
/// levels that set several keys together. The axis `scenario` says which scenario a cell trains.
struct SweepAxis {
    /// One value of an axis.
    struct Level {
        /// The value as text, or the name of the level.
        let label: String
        /// The keys that it sets; none for a scenario.
        let settings: [(key: String, node: Node)]
    }

    /// The axis that names scenarios.
    static let scenario = "scenario"

    let name: String
    var levels: [Level]

    func level(_ label: String) -> Level? { levels.first { $0.label == label } }

    /// Whether new values can be named in `include`: those of a key, or scenarios.
    var isOpen: Bool { name.contains(".") || ["seed", "threads", Self.scenario].contains(name) }

    /// The level of a value of this axis.
    func level(of node: Node) -> Level {
        let label = Self.label(node)
        if name == Self.scenario { return Level(label: label, settings: []) }
        return level(label) ?? Level(label: label, settings: [(name, node)])
    }

    /// A value as text on one line.
    static func label(_ node: Node) -> String {
        if let items = node.sequence {
            return "[" + items.map(label).joined(separator: ", ") + "]"
        }
        if let mapping = node.mapping {
            let pairs = mapping.map { "\(label($0.key)): \(label($0.value))" }
            return "{" + pairs.joined(separator: ", ") + "}"
        }
        return node.scalar?.string ?? ""
    }
}
