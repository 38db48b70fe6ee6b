import PlumblineStorage

/// A column that pairs are grouped by: one of `/runs`, or a key of its settings.
struct GroupColumn {
    let name: String
    let value: (GapPair) -> String

    /// - Throws: ``ReportRequestError`` for a name that is no such column.
    init(_ name: String, _ pairs: [GapPair]) throws {
        self.name = name
        if let column = Self.columns.first(where: { $0.name == name }) {
            value = column.value
            return
        }
        guard pairs.contains(where: { Self.setting(name, of: $0) != nil }) else {
            let settings = Set(pairs.flatMap { Self.settings(of: $0).keys }).sorted()
            throw ReportRequestError(
                "--by",
                "\(name) is no column that both runs of a pair share; it must be one of "
                    + (Self.columns.map(\.name) + settings).joined(separator: ", "))
        }
        value = { Self.setting(name, of: $0) ?? "" }
    }

    private typealias Column = (name: String, value: (GapPair) -> String)

    private static var columns: [Column] {
        var columns: [Column] = []
        for (name, text) in RunFactors.texts where name != "scenario" {
            columns.append((name, { (pair: GapPair) in pair.factors[keyPath: text] }))
        }
        columns.append(("lambda", { (pair: GapPair) in shown(pair.factors.lambda) }))
        columns.append(("seed", { (pair: GapPair) in shown(pair.factors.seed) }))
        columns.append(("start", { (pair: GapPair) in pair.startName }))
        columns.append(("file", { (pair: GapPair) in pair.file }))
        for (name, value) in runColumns {
            columns.append((name, { (pair: GapPair) in both(pair, value) }))
        }
        return columns
    }

    private static let runColumns: [(String, @Sendable (RunResult) -> String)] = [
        ("steps", { shown($0.factors.steps) }),
        ("checkpoint_hash", { $0.checkpointHash }),
        ("tool_version", { $0.toolVersion }),
        ("instruction_set", { $0.instructionSet }),
        ("program", { $0.program }),
        ("threads", { shown($0.threads) }),
        ("study", { $0.study }),
        ("images", { "\($0.images)" }),
        ("positives", { "\($0.positives)" }),
    ]

    private static func shown<Value>(_ value: Value?) -> String {
        value.map { "\($0)" } ?? ""
    }

    /// One value if both runs have it, otherwise both.
    private static func both(_ pair: GapPair, _ value: (RunResult) -> String) -> String {
        let (one, two) = (value(pair.first.run), value(pair.second.run))
        return one == two ? one : "\(one) / \(two)"
    }

    private static func setting(_ name: String, of pair: GapPair) -> String? {
        settings(of: pair)[name]
    }

    private static func settings(of pair: GapPair) -> [String: String] {
        let named = pair.factors.namedSettings.map { ($0.key, $0.value) }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }
}
