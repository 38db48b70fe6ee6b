import Foundation
import PlumblineStorage
import Yams

/// The SHA-256 of a plan: of the sweep's base, axes and cells, and of its section `study`.
///
/// It is taken of the values that are read. Comments, the order of keys, and the folder of the
/// results do not change it; a level, a seed, a claim or a margin does.
struct StudyHash {
    /// A plan is a page of text.
    ///
    /// Aliases of YAML could make it endless.
    private static let mostBytes = 4_000_000

    private let file: String
    private var text = ""

    init(_ file: String) { self.file = file }

    /// Adds a part of the plan under a name.
    ///
    /// - Throws: ``ConfigurationError`` for a plan that is too long.
    mutating func add(_ name: String, _ node: Node?) throws {
        guard let node else { return }
        text += "\(name): "
        try add(node)
        text += "\n"
    }

    private mutating func add(_ node: Node) throws {
        guard text.utf8.count < Self.mostBytes else {
            throw ConfigurationError(file, "study", "the plan is longer than 4 MB")
        }
        if let mapping = node.mapping {
            text += "{"
            for (key, value) in mapping.map({ (SweepAxis.label($0.key), $0.value) })
                .sorted(by: { $0.0 < $1.0 })
            {
                text += Self.quoted(key) + ": "
                try add(value)
                text += ","
            }
            text += "}"
        } else if let items = node.sequence {
            text += "["
            for item in items {
                try add(item)
                text += ","
            }
            text += "]"
        } else {
            text += Self.quoted(node.scalar?.string ?? "")
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    var digits: String { sha256(of: Data(text.utf8)) }
}
