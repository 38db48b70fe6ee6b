/// How the names of a file differ from a model's at their start.
public struct NamePrefix: Hashable, Sendable {
    /// What wrappers put before the model's names, such as "module." or "module.densenet121.".
    public let stripped: String
    /// What the model's names have and the file's lack: "features." where a backbone was stored
    /// alone, as in `nn.Sequential(densenet.features)`.
    public let added: String

    public init(stripped: String = "", added: String = "") {
        self.stripped = stripped
        self.added = added
    }

    /// The module that was stripped, without its last dot.
    var module: String { String(stripped.dropLast()) }

    /// Deeper names are not looked below.
    private static let deepest = 8
    /// Longer names are of no parameter.
    private static let longest = 512

    /// The name as the model would write it; `nil` where it does not carry the prefix.
    func plain(_ name: String) -> String? {
        name.hasPrefix(stripped) ? added + name.dropFirst(stripped.count) : nil
    }

    /// The prefix and those of the modules that it lies in, the innermost first.
    var enclosing: [String] {
        var found: [String] = []
        var rest = stripped
        while !rest.isEmpty {
            found.append(rest)
            rest = Self.parent(rest)
        }
        return found + [""]
    }

    private static func parent(_ prefix: String) -> String {
        guard let dot = prefix.dropLast().lastIndex(of: ".") else { return "" }
        return String(prefix[...dot])
    }

    /// Every dotted prefix that occurs, with the names that carry it; the most frequent first.
    static func candidates(_ names: some Collection<String>) -> [(
        stripped: String, names: [String]
    )] {
        var carriers: [String: [String]] = [:]
        for name in names where name.utf8.count <= longest {
            carriers["", default: []].append(name)
            var depth = 0
            for index in name.indices where name[index] == "." {
                depth += 1
                if depth > deepest { break }
                carriers[String(name[...index]), default: []].append(name)
            }
        }
        return carriers.map { (stripped: $0.key, names: $0.value) }.sorted {
            ($1.names.count, $0.stripped.count, $0.stripped) < (
                $0.names.count, $1.stripped.count, $1.stripped
            )
        }
    }

    /// Nothing, and the module that holds most of a model, such as "features.".
    static func additions(_ parameters: [String]) -> [String] {
        var counts: [String: Int] = [:]
        for name in parameters {
            guard let dot = name.firstIndex(of: ".") else { continue }
            counts[String(name[...dot]), default: 0] += 1
        }
        return [""] + counts.filter { 2 * $0.value > parameters.count }.map(\.key)
    }

    /// Whether training keeps these weights beside those that it trains: averages and teachers.
    static func isSecondary(_ text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter }
        return words.contains {
            ["ema", "averaged", "average", "avg", "teacher", "momentum", "swa", "shadow"].contains(
                String($0))
        }
    }
}
