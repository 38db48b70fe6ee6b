/// The explanatory variables of a regression: named columns, one row per observation.
public struct DesignMatrix: Sendable {
    public private(set) var terms: [String] = []
    /// The values by term, each of one value per row.
    public private(set) var columns: [[Double]] = []
    public let rows: Int

    /// A design with the intercept alone.
    public init(rows: Int) {
        self.rows = rows
        add("intercept", [Double](repeating: 1, count: rows))
    }

    /// Adds a variable.
    public mutating func add(_ term: String, _ values: [Double]) {
        precondition(values.count == rows, "DesignMatrix: \(values.count) values, \(rows) rows")
        terms.append(term)
        columns.append(values)
    }

    /// Adds an indicator (1 or 0) for each level of a factor except the reference level.
    ///
    /// - Parameters:
    ///   - levels: the levels in the order of their terms, without the reference.
    ///   - names: the terms, one per level.
    public mutating func addFactor(_ values: [String], levels: [String], names: [String]) {
        for (level, name) in zip(levels, names) {
            add(name, values.map { $0 == level ? 1 : 0 })
        }
    }

    /// The design without a term.
    func removing(_ place: Int) -> DesignMatrix {
        var result = self
        result.terms.remove(at: place)
        result.columns.remove(at: place)
        return result
    }

    /// The values of a row.
    func row(_ index: Int) -> [Double] { columns.map { $0[index] } }
}
