import PlumblineStatistics
import PlumblineStorage

/// The gaps of several results files, grouped by columns of `/runs`.
///
/// The tables are `gaps`, `intervals`, `tests`, `auroc_gate`, `missing` and `history`.
public struct GroupedReport {
    let source: GapPairs
    private let columns: [GroupColumn]
    private let keys: [ScoreKey]
    private let groups: [Group]
    private let resamples: Int

    /// The pairs that have the same values of all columns.
    private struct Group {
        let labels: [String]
        let pairs: [GapPair]
        let estimates: [GapEstimate]
        let gates: [PredictionGate]

        var gate: PredictionGate { gates.max { $0.rank < $1.rank }! }
        var cells: [ReportTable.Cell] { labels.map { .text($0.printable) } }
    }

    /// - Parameters:
    ///   - names: the columns, such as model and explanation; none for one group of all pairs.
    ///   - metrics: the names of metrics; none for all that judge.
    ///   - resamples: of each bootstrap interval, at least 100.
    /// - Throws: ``ReportRequestError`` for a column or metric that is not there, or without a
    ///   pair.
    public init(
        _ source: GapPairs, by names: [String], metrics: [String] = [], resamples: Int = 9_999
    ) throws {
        guard !source.pairs.isEmpty else {
            throw ReportRequestError(
                "RESULTS",
                "no run of \(source.scenarios.first) has one of "
                    + "\(source.scenarios.second) with the same factors")
        }
        let known = Set(source.keys.map(\.metric))
        if let unknown = metrics.first(where: { !known.contains($0) }) {
            throw ReportRequestError(
                "--metric",
                "there is no \(unknown); there are "
                    + known.sorted().joined(separator: ", "))
        }
        self.source = source
        self.resamples = resamples
        let keys = source.keys.filter {
            metrics.isEmpty ? !$0.direction.hasPrefix("descriptive") : metrics.contains($0.metric)
        }
        let columns = try names.map { try GroupColumn($0, source.pairs) }
        let grouped = Dictionary(grouping: source.pairs) { pair in
            columns.map { $0.value(pair) }
        }
        groups = grouped.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { labels, pairs in
            Group(
                labels: labels, pairs: pairs,
                estimates: keys.map { GapEstimate($0, pairs, scenarios: source.scenarios) },
                gates: [
                    PredictionGate.of(
                        source.scenarios.first, pairs, margin: source.margin, run: \.first),
                    PredictionGate.of(
                        source.scenarios.second, pairs, margin: source.margin, run: \.second),
                ])
        }
        (self.columns, self.keys) = (columns, keys)
    }

    /// All tables.
    ///
    /// - Parameter history: whether the epochs of each run are among them.
    public func tables(history: Bool = true) -> [ReportTable] {
        [gaps, intervals, tests, gates, missing] + (history ? [self.history] : [])
    }

    private var names: [String] { columns.map(\.name) }

    /// Each group and score.
    private func forEach(_ body: ([ReportTable.Cell], Group, GapEstimate) -> Void) {
        for group in groups {
            for (key, estimate) in zip(keys, group.estimates)
            where estimate.pairs > 0
                || !estimate.missing.isEmpty
            {
                body(group.cells + [.text(key.metric), .text(key.part)], group, estimate)
            }
        }
    }

    private static func cell(_ value: Double?, digits: Int = 3) -> ReportTable.Cell {
        value.map { .number($0, digits: digits) } ?? .missing
    }

    private static func pCell(_ value: Double?) -> ReportTable.Cell {
        value.map { .pValue($0) } ?? .missing
    }

    /// A row per group and score: the gap and the interval that is recommended for it.
    public var gaps: ReportTable {
        var table = ReportTable(
            "gaps",
            title: "Gap (\(source.scenarios.first.printable) - "
                + "\(source.scenarios.second.printable))",
            header: names + [
                "metric", "part", "pairs", "starting_models", "images", "n", "mean", "median",
                "hodges_lehmann", "lower", "upper", "covers", "wilcoxon_p", "sign_flip_p",
                "missing", "auroc_gate",
            ])
        forEach { cells, group, estimate in
            let interval = estimate.recommended
            let tests = estimate.tests
            table.add(
                cells + [
                    .count(estimate.pairs), .count(estimate.starts), .count(estimate.images),
                    .count(estimate.values.count), Self.cell(estimate.mean),
                    Self.cell(estimate.median), Self.cell(hodgesLehmann(estimate.values)),
                    Self.cell(interval?.lower), Self.cell(interval?.upper),
                    .text(interval == nil ? "no interval" : estimate.covers),
                    Self.pCell(tests[0].pValue), Self.pCell(tests[1].pValue),
                    .count(estimate.missing.values.reduce(0, +)),
                    .text(
                        group.gate.state == .fails
                            ? "fails: not a gap at equal predictions" : group.gate.state.rawValue),
                ])
        }
        table.notes = notes
        return table
    }

    private var notes: [String] {
        let lines = [
            "n differences of images count alike; lower and upper are a 95% interval of the mean, "
                + "for what \"covers\" says",
            "AUROC gate: non-inferiority to the starting model at the margin \(source.margin), "
                + "one-sided 5%",
        ]
        return (lines + source.notes).map { "- \($0)" }
    }

    private var intervals: ReportTable {
        var table = ReportTable(
            "intervals", title: "95% intervals of the gap",
            header: names + [
                "metric", "part", "statistic", "interval", "lower", "upper", "units", "method",
            ])
        forEach { cells, _, estimate in
            for row in estimate.intervals(resamples: resamples) {
                table.add(
                    cells + [
                        .text(row.statistic), .text(row.name), Self.cell(row.interval?.lower),
                        Self.cell(row.interval?.upper),
                        row.interval.map { .count($0.units) } ?? .missing,
                        .text(row.interval?.method ?? "none: one unit, or units do not differ"),
                    ])
            }
        }
        return table
    }

    private var tests: ReportTable {
        var table = ReportTable(
            "tests", title: "Tests of a gap of 0",
            header: names + ["metric", "part", "test", "p_value", "note"])
        forEach { cells, _, estimate in
            for test in estimate.tests {
                table.add(
                    cells + [.text(test.name), Self.pCell(test.pValue), .text(test.note)])
            }
        }
        return table
    }

    private var gates: ReportTable {
        var table = ReportTable(
            "auroc_gate", title: "AUROC less that of the starting model",
            header: names + ["scenario", "change", "lower", "margin", "p_value", "gate", "note"])
        for group in groups {
            for gate in group.gates {
                table.add(
                    group.cells + [
                        .text(gate.scenario), Self.cell(gate.change), Self.cell(gate.lower),
                        .number(source.margin, digits: 3), Self.pCell(gate.pValue),
                        .text(gate.state.rawValue), .text(gate.reason),
                    ])
            }
        }
        return table
    }

    private var missing: ReportTable {
        var table = ReportTable(
            "missing", title: "Positive images without a difference, by reason",
            header: names + ["metric", "part", "reason", "images"])
        forEach { cells, _, estimate in
            for (reason, count) in estimate.missing.sorted(by: { $0.key < $1.key }) {
                table.add(cells + [.text(reason.printable), .count(count)])
            }
        }
        if table.rows.isEmpty { table.notes = ["none"] }
        return table
    }
}
