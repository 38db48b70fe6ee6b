/// The combinations of levels that are cells of a sweep.
struct SweepProduct {
    /// More cells than this are refused before any is made.
    static let mostCells = 100_000

    let file: SweepFile

    /// One level per axis, in the order of the axes.
    typealias Combination = [SweepAxis.Level]

    /// The cartesian product without `exclude`, and then the cells of `include`.
    ///
    /// The last axis varies fastest.
    ///
    /// - Throws: ``ConfigurationError`` if nothing remains, or if there are too many cells.
    func combinations() throws -> [Combination] {
        let axes = file.axes
        try checkSize(axes.map(\.levels.count), "axes")
        var result = Self.product(axes.map(\.levels)).filter { combination in
            let labels = self.labels(combination)
            return !file.excluded.contains { $0.matches(labels) }
        }
        var known = Set(result.map { $0.map(\.label) })
        for (index, filter) in file.included.enumerated() {
            let levels = axes.map { filter.levels[$0.name] ?? $0.levels }
            try checkSize(levels.map(\.count), "include[\(index + 1)]")
            for combination in Self.product(levels)
            where known.insert(combination.map(\.label)).inserted {
                result.append(combination)
            }
        }
        guard !result.isEmpty else {
            throw ConfigurationError(file.path, "exclude", "leaves no cell of the sweep")
        }
        return result
    }

    func labels(_ combination: Combination) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: zip(file.axes.map(\.name), combination.map(\.label)))
    }

    private func checkSize(_ counts: [Int], _ place: String) throws {
        var product = 1
        for count in counts {
            let (next, overflows) = product.multipliedReportingOverflow(by: count)
            guard !overflows, next <= Self.mostCells else {
                throw ConfigurationError(
                    file.path, place, "make more than \(Self.mostCells) cells")
            }
            product = next
        }
    }

    private static func product(_ levels: [[SweepAxis.Level]]) -> [Combination] {
        levels.reduce([[]]) { combinations, levels in
            combinations.flatMap { combination in levels.map { combination + [$0] } }
        }
    }
}
