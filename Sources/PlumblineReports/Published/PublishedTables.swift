import PlumblineStatistics

/// The tables of the published analysis, computed from the published rows.
public enum PublishedTables {
    /// The mean AUROC over findings: by start, model and explanation, aligned and misaligned.
    public static func auc(_ published: PublishedAUC) -> ReportTable {
        var table = ReportTable(
            "auc", title: "AUROC, mean over findings",
            header: ["initialisation", "model", "explanation", "align", "misalign"])
        for initialisation in PublishedRow.initialisations {
            for model in PublishedRow.models {
                for method in PublishedRow.methods {
                    let means = [true, false].map { isAligned in
                        published.mean {
                            $0.initialisation == initialisation && $0.model == model
                                && $0.method == method && $0.isAligned == isAligned
                        }
                    }
                    table.add(
                        [.text(initialisation), .text(model), .text(method)]
                            + means.map { $0.map { .number($0, digits: 3) } ?? .missing })
                }
            }
        }
        let low = published.values.filter { $0.auc < 0.6 }.count
        table.notes = ["\(low) of \(published.values.count) models have an AUROC below 0.6."]
        return table
    }

    /// The regression of the gap on model, start and method, over all rows as if independent.
    ///
    /// - Parameter onlyPresent: whether models and methods without a row have no term.
    /// - Throws: ``RegressionError`` where the rows do not determine every coefficient.
    public static func regression(
        _ accuracy: PublishedAccuracy, _ scores: PublishedScores, onlyPresent: Bool = false
    ) throws -> ReportTable {
        let fit = try PublishedRegression.fit(accuracy, scores.rows, onlyPresent: onlyPresent)
        var table = ReportTable(
            "ols_\(accuracy)", title: "Regression of the \(accuracy) gap, as published",
            header: regressionHeader)
        for coefficient in fit.coefficients { table.add(row(coefficient)) }
        table.notes = [
            "n = \(fit.design.rows), R² = \(threeDigits(fit.rSquared)). Reference: DenseNet, from "
                + "scratch, gradient. The rows are taken as independent."
        ]
        return table
    }

    static let regressionHeader = [
        "term", "coefficient", "standard_error", "statistic", "p_value",
    ]

    static func row(_ coefficient: Coefficient) -> [ReportTable.Cell] {
        [
            .text(coefficient.term), .number(coefficient.estimate),
            .number(coefficient.standardError), .number(coefficient.statistic, digits: 2),
            .pValue(coefficient.pValue),
        ]
    }

    /// The mean gaps of each model, explanation and start.
    public static func groups(_ scores: PublishedScores) -> ReportTable {
        var table = ReportTable(
            "groups", title: "Mean gaps",
            header: ["initialisation", "model", "explanation", "images", "mass_gap", "rank_gap"])
        let rows = Dictionary(grouping: scores.rows, by: \.cell.pipeline)
        for initialisation in PublishedRow.initialisations {
            for model in PublishedRow.models {
                for method in PublishedRow.methods {
                    let group = rows[[model, initialisation, method]] ?? []
                    table.add(
                        [
                            .text(initialisation), .text(model), .text(method),
                            .count(group.count),
                        ] + means(group))
                }
            }
        }
        return table
    }

    /// The mean gaps of each finding.
    public static func classes(_ scores: PublishedScores) -> ReportTable {
        var table = ReportTable(
            "classes", title: "Mean gaps by finding",
            header: ["finding", "rows", "pairs", "images", "mass_gap", "rank_gap"])
        let rows = Dictionary(grouping: scores.rows, by: \.cell.label)
        for label in scores.labels {
            let group = rows[label] ?? []
            let cells = Dictionary(grouping: group, by: \.cell)
            table.add(
                [
                    .text(label), .count(group.count), .count(cells.count),
                    .count(cells.values.map(\.count).max() ?? 0),
                ] + means(group))
        }
        return table
    }

    private static func means(_ rows: [PublishedRow]) -> [ReportTable.Cell] {
        PublishedAccuracy.allCases.map { accuracy in
            guard !rows.isEmpty else { return .missing }
            return .number(
                rows.reduce(0) { $0 + $1.gap(accuracy) } / Double(rows.count), digits: 3)
        }
    }

    /// The six correlations of the two accuracies in the two scenarios, over all rows.
    public static func correlations(_ scores: PublishedScores) -> ReportTable {
        var table = ReportTable(
            "correlations", title: "Correlations over all rows",
            header: ["first", "second", "pearson", "spearman"])
        let columns = [
            "align_mass": scores.rows.map(\.alignedMass),
            "align_rank": scores.rows.map(\.alignedRank),
            "misalign_mass": scores.rows.map(\.misalignedMass),
            "misalign_rank": scores.rows.map(\.misalignedRank),
        ]
        for (first, second) in [
            ("align_mass", "align_rank"), ("misalign_mass", "misalign_rank"),
            ("align_mass", "misalign_mass"), ("align_rank", "misalign_rank"),
            ("align_rank", "misalign_mass"), ("align_mass", "misalign_rank"),
        ] {
            let (a, b) = (columns[first]!, columns[second]!)
            let values = [Correlation.pearson(a, b), Correlation.spearman(a, b)]
            table.add(
                [.text(first), .text(second)]
                    + values.map { $0.map { .number($0, digits: 3) } ?? .missing })
        }
        return table
    }

    static func threeDigits(_ value: Double) -> String {
        "\((value * 1000).rounded() / 1000)"
    }
}
