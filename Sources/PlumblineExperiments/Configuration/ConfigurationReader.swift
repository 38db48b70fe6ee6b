import Foundation
import Yams

/// Reads the nodes of a YAML document into a configuration, key by key.
struct ConfigurationReader {
    private let keys = Dictionary(
        uniqueKeysWithValues: ConfigurationKeys.all.map { ($0.name, $0) })
    private let defaults: Configuration
    /// Whether another version may have written the document.
    ///
    /// Then unknown keys are skipped.
    private let isStored: Bool
    /// The replacements of keys of earlier versions.
    private let replaced = ["checkpoint_every": "checkpoint_minutes, by time"]

    init(defaults: Configuration, isStored: Bool) {
        self.defaults = defaults
        self.isStored = isStored
    }

    func read(
        _ node: Node, _ prefix: String, _ file: String, into configuration: inout Configuration
    ) throws {
        if let key = keys[prefix] {
            try read(node, key, file, into: &configuration)
        } else if let mapping = node.mapping, isSection(prefix) {
            try read(mapping, prefix, file, into: &configuration)
        } else if !isStored, !isNull(node) || !isSection(prefix) {
            throw unknown(prefix, file)
        }
    }

    private func read(
        _ mapping: Node.Mapping, _ prefix: String, _ file: String,
        into configuration: inout Configuration
    ) throws {
        // Merged mappings come first, so that the keys of this mapping replace them. Of several
        // merged mappings, the first one wins.
        for (name, value) in mapping where name.scalar?.string == "<<" {
            for part in (value.sequence.map { Array($0) } ?? [value]).reversed() {
                guard let merged = part.mapping else {
                    throw ConfigurationError(file, "\(prefix)<<", "must be a mapping")
                }
                try read(merged, prefix, file, into: &configuration)
            }
        }
        let nodes = mapping.filter { $0.key.scalar?.string != "<<" }.map { name, value in
            let part = name.scalar?.string ?? "?"
            return (key: prefix.isEmpty ? part : "\(prefix).\(part)", value: value)
        }
        for isFirst in [true, false] {
            for node in nodes where (keys[node.key]?.isReadFirst == true) == isFirst {
                try read(node.value, node.key, file, into: &configuration)
            }
        }
    }

    private func read(
        _ node: Node, _ key: ConfigurationKey, _ file: String,
        into configuration: inout Configuration
    ) throws {
        if isNull(node) {
            // Restores the default: an override may cancel a value of the file.
            guard let value = try Yams.compose(yaml: key.write(defaults)) else { return }
            try read(value, key, file, into: &configuration)
            configuration.givenKeys.remove(key.name)
            return
        }
        let texts: [String]
        var isList = false
        if let items = node.sequence {
            texts = items.compactMap { isNull($0) ? nil : $0.scalar?.string }
            guard texts.count == items.count else {
                throw ConfigurationError(file, key.name, "must be \(key.requirement)")
            }
            isList = true
        } else if let mapping = node.mapping {
            switch key.mapping {
            case .refused:
                throw ConfigurationError(
                    file, key.name, "must be \(key.requirement), not a mapping")
            case .json: texts = [try json(mapping, file, key.name)]
            case .pairs:
                texts = try pairs(mapping, file, key)
                isList = true
            case .entries:
                texts = try entries(mapping, file, key)
                isList = true
            }
        } else {
            texts = [node.scalar?.string ?? ""]
        }
        guard key.read(texts, isList: isList, into: &configuration) else {
            throw ConfigurationError(
                file, key.name, "must be \(key.requirement), not \(texts.joined(separator: ", "))")
        }
        configuration.givenKeys.insert(key.name)
    }

    /// A mapping of names to texts as a list of `name=text`.
    ///
    /// Numbers stay as they are written.
    private func pairs(
        _ mapping: Node.Mapping, _ file: String, _ key: ConfigurationKey
    ) throws -> [String] {
        try mapping.map { name, node in
            guard let name = name.scalar?.string, !name.contains("="), !isNull(node),
                let text = node.scalar?.string
            else { throw ConfigurationError(file, key.name, "must be \(key.requirement)") }
            return "\(name)=\(text)"
        }
    }

    /// A mapping of names to mappings or texts as a list of `name=JSON` or `name=text`.
    private func entries(
        _ mapping: Node.Mapping, _ file: String, _ key: ConfigurationKey
    ) throws -> [String] {
        try mapping.map { name, node in
            guard let name = name.scalar?.string, !name.contains("="), !isNull(node) else {
                throw ConfigurationError(file, key.name, "must be \(key.requirement)")
            }
            if let fields = node.mapping { return "\(name)=\(try json(fields, file, key.name))" }
            guard let text = node.scalar?.string else {
                throw ConfigurationError(file, key.name, "must be \(key.requirement)")
            }
            return "\(name)=\(text)"
        }
    }

    /// Whether `prefix` is the whole document or a section with keys.
    private func isSection(_ prefix: String) -> Bool {
        prefix.isEmpty || keys.keys.contains { $0.hasPrefix("\(prefix).") }
    }

    /// `null`, `~` or nothing, without quotes.
    private func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else {
            return false
        }
        return ["null", "Null", "NULL", "~"].contains(scalar.string)
    }

    private func unknown(_ prefix: String, _ file: String) -> ConfigurationError {
        if prefix.isEmpty {
            return ConfigurationError(file, "file", "must be a mapping of keys to values")
        }
        if let successor = replaced[prefix] {
            return ConfigurationError(file, prefix, "is not a key any more; use \(successor)")
        }
        let last = prefix.split(separator: ".").last
        let near = keys.keys.sorted().filter { $0.split(separator: ".").last == last }
        let hint =
            near.isEmpty
            ? "; `plumbline config` lists all" : "; is \(near.joined(separator: " or ")) meant?"
        return ConfigurationError(file, prefix, "unknown key" + hint)
    }

    /// A mapping of numbers, flags and lists of numbers as JSON text.
    private func json(_ mapping: Node.Mapping, _ file: String, _ key: String) throws -> String {
        func value(_ node: Node) throws -> Any {
            if isNull(node) { return NSNull() }
            if let items = node.sequence { return try items.map(value) }
            if let flag = node.bool { return flag }
            if let whole = node.int { return whole }
            if let real = node.float, real.isFinite { return real }
            guard let text = node.scalar?.string else {
                throw ConfigurationError(file, key, "must have numbers and lists of numbers")
            }
            return text
        }
        var object: [String: Any] = [:]
        for (name, node) in mapping { object[name.scalar?.string ?? "?"] = try value(node) }
        let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }
}
