import PlumblineStatistics
import PlumblineStorage

/// How much of a difference each switch of a sweep accounts for.
///
/// The sweep is a full factorial design: every combination of the switches, such as the quirks of
/// the published code. The shares of a quantity sum to its value with all switches on less that
/// with all off.
public struct SwitchReport {
    private let design: SwitchDesign

    /// - Parameters:
    ///   - results: a collected sweep.
    ///   - path: its path, for errors.
    ///   - axes: the switches; `nil` for all axes of two levels that are not seeds.
    /// - Throws: ``StorageError`` for results without such a design.
    public init(
        _ results: Results, path: String, axes: [String]? = nil,
        pair: (first: String, second: String) = ("align", "misalign")
    ) throws {
        design = try SwitchDesign(
            StudyPairs(results, path: path, pair: pair), path: path, axes: axes)
    }

    /// A row for each quantity and switch, after the values with all switches off and all on.
    public var table: ReportTable {
        var table = ReportTable(
            "shares", title: "What each switch accounts for",
            header: ["group", "quantity", "part", "value", "lower", "upper", "seeds"])
        for group in design.groups {
            for quantity in design.quantities { add(quantity, group, to: &table) }
        }
        table.notes = design.switches.map { "\($0.axis): from \($0.off) to \($0.on)" }
        table.notes.append(
            "shares: Shapley's, over all orders of the switches; they sum to the difference; "
                + "intervals: 95%, Student's t over seeds, for normal differences")
        let incomplete = design.groups.reduce(0) { $0 + $1.incomplete }
        if incomplete > 0 {
            table.notes.append("\(incomplete) seeds lack a combination and are left out")
        }
        return table
    }

    private func add(
        _ quantity: SwitchDesign.Quantity, _ group: SwitchDesign.Group, to table: inout ReportTable
    ) {
        // Seeds with a value for every set.
        let seeds = group.seeds.compactMap { pairs -> [Double]? in
            let values = pairs.compactMap(quantity.value)
            return values.count == pairs.count ? values : nil
        }
        guard !seeds.isEmpty else { return }
        let shares = seeds.map { ShapleyShares($0) }
        func row(_ part: String, _ values: [Double]) {
            let interval = ClusteredMean(values)?.interval()
            table.add([
                .text(group.title), .text(quantity.title), .text(part),
                .number(values.reduce(0, +) / Double(values.count), digits: 5),
                interval.map { .number($0.lower, digits: 5) } ?? .missing,
                interval.map { .number($0.upper, digits: 5) } ?? .missing, .count(values.count),
            ])
        }
        row("all off", seeds.map { $0[0] })
        row("all on", seeds.map { $0[$0.count - 1] })
        row("difference", shares.map(\.total))
        for (index, item) in design.switches.enumerated() {
            row(item.axis, shares.map { $0.shares[index] })
        }
    }
}
