extension ScoreTable {
    /// The difference of a score between two models on the same images: this one minus `other`.
    ///
    /// Images without a value in one of the two tables are left out; `missing(_:method:)` counts
    /// them. Images of one group are one unit of the interval.
    ///
    /// - Returns: `nil` where no image has both values.
    public func gap(
        _ metric: String, from other: ScoreTable, method: String? = nil
    ) -> PairedGap? {
        let others = Dictionary(
            other.rows(metric, method: method).map { (Key($0), $0) },
            uniquingKeysWith: { first, _ in first })
        var differences: [Double] = []
        var groups: [String] = []
        for row in rows(metric, method: method) {
            guard let value = row.score.value.value,
                let otherValue = others[Key(row)]?.score.value.value
            else { continue }
            differences.append(value - otherValue)
            groups.append(row.group ?? "")
        }
        return PairedGap(differences, groups: groups.allSatisfy(\.isEmpty) ? nil : groups)
    }

    private struct Key: Hashable {
        let image: String
        let method: String

        init(_ row: Row) {
            image = row.image
            method = row.method
        }
    }
}
