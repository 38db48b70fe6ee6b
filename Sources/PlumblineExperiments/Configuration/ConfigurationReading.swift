import PlumblineEvaluation
import PlumblineExplanations
import Foundation
import Yams

extension Configuration {
    /// Reads YAML (or JSON), then `overrides` of the form `key=value`.
    ///
    /// A key whose value is null or `~` has its default. Merge keys (`<<`) are followed.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown key, a value that does not fit, or settings
    ///   that contradict each other.
    public init(yaml: String, file: String, overrides: [String] = []) throws {
        try self.init(yaml: yaml, file: file, overrides: overrides, isStored: false)
    }

    /// A configuration as a checkpoint stores it.
    ///
    /// Files that it names may be gone: none is read.
    init(stored yaml: String, file: String, overrides: [String] = []) throws {
        try self.init(yaml: yaml, file: file, overrides: overrides, isStored: true)
    }

    public static func load(_ path: String, overrides: [String] = []) throws -> Configuration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(path, "file", "no such file, or not readable")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(path, "file", "is no text in UTF-8")
        }
        return try Configuration(yaml: text, file: path, overrides: overrides)
    }

    private init(yaml: String, file: String, overrides: [String], isStored: Bool) throws {
        var nodes: [(prefix: String, node: Node, file: String)] = []
        let text = yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml
        do {
            if let root = try Yams.compose(yaml: text) { nodes.append(("", root, file)) }
        } catch {
            throw ConfigurationError(
                file, "YAML", "\(error)".split(separator: "\n").joined(separator: " "))
        }
        nodes += try overrides.map(Self.override)

        func read(over defaults: Configuration) throws {
            self = defaults
            let reader = ConfigurationReader(defaults: defaults, isStored: isStored)
            for (prefix, node, file) in nodes { try reader.read(node, prefix, file, into: &self) }
        }
        self.init()
        try read(over: Configuration())
        if align.exactReference {
            // Again over other defaults, so that a key that is given keeps its value.
            var published = Configuration()
            published.usePublishedBehaviour(of: model.name)
            try read(over: published)
        }
        self.file = file
        try check(isStored: isStored)
    }

    private static func override(_ text: String) throws -> (String, Node, String) {
        guard let equals = text.firstIndex(of: "=") else {
            throw ConfigurationError("--set", text, "key=value is wanted")
        }
        let key = String(text[..<equals]).trimmingCharacters(in: .whitespaces)
        let value = String(text[text.index(after: equals)...])
        do { return (key, try Yams.compose(yaml: value) ?? Node(""), "--set") } catch {
            throw ConfigurationError("--set", key, "not YAML: \(value)")
        }
    }

    /// - Parameter isStored: whether files that the configuration names may be gone.
    func check(isStored: Bool = false) throws {
        func refuse(_ key: String, _ problem: String) -> ConfigurationError {
            ConfigurationError(file, key, problem)
        }
        guard !output.isEmpty else { throw refuse("output", "a folder is wanted") }
        let most = Self.mostThreads
        guard isStored || threads <= most else {
            throw refuse("threads", "\(threads) threads; at most \(most) are of use here")
        }
        guard data.classes.contains(data.target) else {
            let classes = data.classes.joined(separator: ", ")
            throw refuse("data.target", "\(data.target) is not among data.classes (\(classes))")
        }
        guard data.preprocessing.channels != 2 else {
            throw refuse("data.channels", "1 or 3 is wanted, not 2")
        }
        guard evaluate.checkpoint != .bestAUROC || data.selection.hasAUROC else {
            throw refuse(
                "evaluate.checkpoint",
                "best_auroc needs images to choose on; set data.selection: held_out (a part of the "
                    + "training images) or evaluation (the reported images)")
        }
        guard checkpoints.kept.contains(.last) else {
            throw refuse("checkpoints.keep", "last is wanted too: it says that a stage has ended")
        }
        let judged = evaluate.checkpoint
        guard checkpoints.kept.contains(judged) else {
            throw refuse(
                "checkpoints.keep",
                "\(judged.rawValue) is wanted too: evaluate.checkpoint judges it")
        }
        func checked(_ key: String, _ make: () throws -> Void) throws {
            do { try make() } catch let error as ExplanationError {
                throw refuse(key, error.description)
            } catch let error as MetricError { throw refuse(key, error.description) }
        }
        if isStored, !compositeFile.isEmpty { return }
        let settings = try explanationSettings()
        try checked("align.explanation") {
            _ = try ExplanationRegistry.makeDifferentiable(align.explanation, settings)
        }
        for name in evaluate.explanations {
            try checked("evaluate.explanations") {
                _ = try ExplanationRegistry.make(name, settings)
            }
        }
        // Another program may have registered more metrics.
        if isStored { return }
        try checked("evaluate.metrics") { _ = try metrics() }
    }
}

/// Puts the nodes of a YAML document into a configuration, key by key.
private struct ConfigurationReader {
    private let keys = Dictionary(
        uniqueKeysWithValues: ConfigurationKeys.all.map { ($0.key, $0) })
    private let defaults: Configuration
    /// Whether another version may have written the document: its other keys are passed over.
    private let isStored: Bool
    /// What took the place of keys of earlier versions.
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
        // What is merged in comes first, so that the mapping's own keys replace it; of several
        // the first one wins.
        for (name, value) in mapping where name.scalar?.string == "<<" {
            for part in (value.sequence.map { Array($0) } ?? [value]).reversed() {
                guard let merged = part.mapping else {
                    throw ConfigurationError(file, "\(prefix)<<", "a mapping is wanted to merge")
                }
                try read(merged, prefix, file, into: &configuration)
            }
        }
        for (name, value) in mapping where name.scalar?.string != "<<" {
            let part = name.scalar?.string ?? "?"
            let key = prefix.isEmpty ? part : "\(prefix).\(part)"
            try read(value, key, file, into: &configuration)
        }
    }

    private func read(
        _ node: Node, _ key: ConfigurationKey, _ file: String,
        into configuration: inout Configuration
    ) throws {
        if isNull(node) {
            // Back to the default: an override may take back what the file says.
            guard let value = try Yams.compose(yaml: key.write(defaults)) else { return }
            try read(value, key, file, into: &configuration)
            configuration.givenKeys.remove(key.key)
            return
        }
        let texts: [String]
        if let items = node.sequence {
            texts = items.compactMap { isNull($0) ? nil : $0.scalar?.string }
            guard texts.count == items.count else {
                throw ConfigurationError(file, key.key, "\(key.wanted) is wanted")
            }
        } else if let mapping = node.mapping {
            guard key.takesMapping else {
                throw ConfigurationError(file, key.key, "\(key.wanted) is wanted, not a mapping")
            }
            texts = [try json(mapping, file, key.key)]
        } else {
            texts = [node.scalar?.string ?? ""]
        }
        guard key.read(&configuration, texts, node.sequence != nil) else {
            throw ConfigurationError(
                file, key.key, "\(key.wanted) is wanted, not \(texts.joined(separator: ", "))")
        }
        configuration.givenKeys.insert(key.key)
    }

    /// Whether some key lies below `prefix`; the document itself is one too.
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
            return ConfigurationError(file, "file", "a mapping of keys to values is wanted")
        }
        if let successor = replaced[prefix] {
            return ConfigurationError(file, prefix, "is no key any more; there is \(successor)")
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
                throw ConfigurationError(file, key, "numbers and lists of numbers are wanted")
            }
            return text
        }
        var object: [String: Any] = [:]
        for (name, node) in mapping { object[name.scalar?.string ?? "?"] = try value(node) }
        let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        return String(decoding: data, as: UTF8.self)
    }
}
