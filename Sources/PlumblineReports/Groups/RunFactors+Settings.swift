import PlumblineStorage

extension RunFactors {
    /// The settings that a sweep varies: of the starting model, then of the fine-tune.
    var namedSettings: [(key: String, value: String)] {
        Self.named(settings) + Self.named(tuneSettings)
    }

    /// The parts of a text `key=value; key=value`.
    static func named(_ settings: String) -> [(key: String, value: String)] {
        settings.split(separator: ";").compactMap { part in
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let key = part[..<equals].drop { $0 == " " }
            return (String(key), String(part[part.index(after: equals)...]))
        }
    }

    /// Whether a setting is a seed: its values are repetitions, not levels.
    static func isSeed(_ key: String) -> Bool { key == "seed" || key.hasSuffix(".seed") }

    /// All seeds in one text: `3`, or `3, train.seed 1` where a sweep varies another one too.
    var seedName: String {
        let others = namedSettings.filter { Self.isSeed($0.key) && $0.key != "seed" }
        let first = seed.map { "\($0)" } ?? "unknown"
        return ([first] + others.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
    }
}
