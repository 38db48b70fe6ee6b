/// Named columns of equal length, as a data set of a compound type holds them.
public struct Table: Sendable, Equatable {
    public enum Values: Sendable, Equatable {
        case texts(TextColumn)
        case reals([Double])
        case integers([Int])

        public static func texts(_ values: [String]) -> Values { .texts(TextColumn(values)) }

        public var count: Int {
            switch self {
            case .texts(let values): values.count
            case .reals(let values): values.count
            case .integers(let values): values.count
            }
        }

        var isText: Bool { if case .texts = self { true } else { false } }
    }

    public private(set) var columns: [(name: String, values: Values)] = []
    public var rowCount: Int { columns.first?.values.count ?? 0 }

    public init() {}

    public mutating func add(_ name: String, _ values: Values) {
        precondition(
            columns.isEmpty || values.count == rowCount,
            "Table: column \(name) of \(values.count) rows beside \(rowCount)")
        columns.append((name, values))
    }

    public func texts(_ name: String) -> TextColumn? {
        if case .texts(let values)? = column(name) { values } else { nil }
    }

    /// A column of numbers.
    ///
    /// Whole numbers are converted.
    public func reals(_ name: String) -> [Double]? {
        switch column(name) {
        case .reals(let values)?: values
        case .integers(let values)?: values.map(Double.init)
        default: nil
        }
    }

    public func integers(_ name: String) -> [Int]? {
        if case .integers(let values)? = column(name) { values } else { nil }
    }

    private func column(_ name: String) -> Values? { columns.first { $0.name == name }?.values }

    public static func == (a: Table, b: Table) -> Bool {
        a.columns.map(\.name) == b.columns.map(\.name)
            && a.columns.map(\.values) == b.columns.map(\.values)
    }
}
