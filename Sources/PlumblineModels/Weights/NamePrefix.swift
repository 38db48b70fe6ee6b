/// How the names of a file differ from those of a model at their start.
public struct NamePrefix: Hashable, Sendable {
    /// What wrappers put before the model's names, such as "module." or "module.densenet121.".
    public let stripped: String
    /// What the names of the file lack: "features." if a backbone was stored alone, as in
    /// `nn.Sequential(densenet.features)`.
    public let added: String

    public init(stripped: String = "", added: String = "") {
        self.stripped = stripped
        self.added = added
    }

    /// The module that was stripped, without its last dot.
    var module: String { String(stripped.dropLast()) }

    /// The largest number of modules in a prefix.
    private static let deepest = 8
    /// Bytes of a name.
    ///
    /// No parameter has a longer one.
    private static let longest = 512

    /// The name as the model has it; `nil` if it does not begin with the prefix.
    func plain(_ name: String) -> String? {
        name.hasPrefix(stripped) ? added + name.dropFirst(stripped.count) : nil
    }

    /// The prefix, then the prefixes of the modules around it, the innermost first.
    var enclosing: [String] {
        var prefixes: [String] = []
        var rest = stripped
        while !rest.isEmpty {
            prefixes.append(rest)
            rest = Self.parent(rest)
        }
        return prefixes + [""]
    }

    private static func parent(_ prefix: String) -> String {
        guard let dot = prefix.dropLast().lastIndex(of: ".") else { return "" }
        return String(prefix[...dot])
    }

    /// Every dotted prefix that occurs, with the names that begin with it; the most frequent first.
    static func candidates(_ names: some Collection<String>) -> [(
        stripped: String, names: [String]
    )] {
        var namesByPrefix: [String: [String]] = [:]
        for name in names where name.utf8.count <= longest {
            namesByPrefix["", default: []].append(name)
            var depth = 0
            for index in name.indices where name[index] == "." {
                depth += 1
                if depth > deepest { break }
                namesByPrefix[String(name[...index]), default: []].append(name)
            }
        }
        return namesByPrefix.map { (stripped: $0.key, names: $0.value) }.sorted {
            ($1.names.count, $0.stripped.count, $0.stripped) < (
                $0.names.count, $1.stripped.count, $1.stripped
            )
        }
    }

    /// What may be missing: nothing, or the module with most parameters, such as "features.".
    static func additions(_ parameters: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for name in parameters {
            guard let dot = name.firstIndex(of: ".") else { continue }
            counts[String(name[...dot]), default: 0] += 1
        }
        return [""] + counts.filter { 2 * $0.value > parameters.count }.map(\.key)
    }

    /// Whether the weights are a copy that training keeps beside the model, such as an average.
    static func isSecondary(_ text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter }
        return words.contains {
            ["ema", "averaged", "average", "avg", "teacher", "momentum", "swa", "shadow"].contains(
                String($0))
        }
    }
}
