import Foundation
import PlumblineModels
import Yams

extension Configuration {
    /// Reads YAML (or JSON), then `overrides` of the form `key=value`.
    ///
    /// A key with the value null or `~` has its default. Merge keys (`<<`) are followed.
    ///
    /// - Throws: ``ConfigurationError`` for an unknown key, a value out of its range, or settings
    ///   that contradict each other.
    public init(yaml: String, file: String, overrides: [String] = []) throws {
        try self.init(yaml: yaml, file: file, overrides: overrides, isStored: false)
    }

    /// A configuration as a checkpoint stores it.
    ///
    /// The files that it names may be gone, so none is read.
    ///
    /// - Throws: ``ConfigurationError`` for a value out of its range, or settings that contradict
    ///   each other.
    init(stored yaml: String, file: String, overrides: [String] = []) throws {
        try self.init(yaml: yaml, file: file, overrides: overrides, isStored: true)
    }

    /// Reads a configuration file.
    ///
    /// - Parameters:
    ///   - classes: of a checkpoint, for a file that names none; `nil` for the default.
    ///   - output: of the model, for a file that does not say it; `nil` for the default.
    /// - Throws: ``ConfigurationError`` as ``init(yaml:file:overrides:)``, or if the file cannot be
    ///   read.
    public static func load(
        _ path: String, overrides: [String] = [], classes: [String]? = nil,
        output: OutputKind? = nil
    ) throws -> Configuration {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(path, "file", "no such file, or not readable")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(path, "file", "is not a text in UTF-8")
        }
        return try Configuration(
            yaml: text, file: path, overrides: overrides, isStored: false, classes: classes,
            output: output)
    }

    /// A part of a configuration: a node of YAML for the key or the section of a name.
    typealias Part = (prefix: String, node: Node, file: String)

    private init(
        yaml: String, file: String, overrides: [String], isStored: Bool, classes: [String]? = nil,
        output: OutputKind? = nil
    ) throws {
        let nodes = try Self.parts(yaml: yaml, file: file, overrides: overrides)
        try self.init(
            nodes, file: file, isStored: isStored, classes: classes, output: output)
        _ = try validated(isStored: isStored)
    }

    /// The parts of a text and of overrides of the form `key=value`.
    ///
    /// - Throws: ``ConfigurationError`` for a text that is not YAML.
    static func parts(yaml: String, file: String, overrides: [String]) throws -> [Part] {
        var nodes: [Part] = []
        let text = yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml
        do {
            if let root = try Yams.compose(yaml: text) { nodes.append(("", root, file)) }
        } catch {
            throw ConfigurationError(
                file, "YAML", "\(error)".split(separator: "\n").joined(separator: " "))
        }
        return try nodes + overrides.map(Self.override)
    }

    /// Reads parts, the later ones over the earlier ones, without ``validated()``.
    init(
        _ nodes: [Part], file: String, isStored: Bool = false, classes: [String]? = nil,
        output: OutputKind? = nil
    ) throws {
        func read(over defaults: Configuration) throws {
            self = defaults
            let reader = ConfigurationReader(defaults: defaults, isStored: isStored)
            for (prefix, node, file) in nodes { try reader.read(node, prefix, file, into: &self) }
        }
        self.init()
        var defaults = Configuration()
        if let classes { defaults.data.classes = classes }
        if let output { defaults.model.output = output }
        try read(over: defaults)
        if align.exactReference {
            // Read again over other defaults, so that given keys keep their values.
            var published = defaults
            published.usePublishedBehaviour(of: model.name)
            try read(over: published)
        }
        self.file = file
    }

    private static func override(_ text: String) throws -> Part {
        guard let equals = text.firstIndex(of: "=") else {
            throw ConfigurationError("--set", text, "must be key=value")
        }
        let key = String(text[..<equals]).trimmingCharacters(in: .whitespaces)
        let value = String(text[text.index(after: equals)...])
        do { return (key, try Yams.compose(yaml: value) ?? Node(""), "--set") } catch {
            throw ConfigurationError("--set", key, "not YAML: \(value)")
        }
    }
}
