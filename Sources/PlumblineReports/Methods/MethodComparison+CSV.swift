import Foundation
import PlumblineData
import PlumblineStorage

extension MethodComparison {
    /// Writes comparisons as a long table: one row per number, full precision.
    ///
    /// The columns are `class,model,scenario,trained_through,seed,metric,part,method,other,
    /// quantity,value`. `method` and `other` are empty for a number of all methods. A value that
    /// does not exist is an empty field.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    public static func write(_ comparisons: [MethodComparison], to path: String) throws {
        var rows = [
            CSVText.row([
                "class", "model", "scenario", "trained_through", "seed", "metric", "part",
                "method", "other", "quantity", "value",
            ])
        ]
        rows += comparisons.flatMap(\.rows)
        try AtomicFile.write(path) {
            try $0.write(Data((rows.joined(separator: "\n") + "\n").utf8))
        }
    }

    private var rows: [String] {
        var rows: [String] = []
        func add(_ quantity: String, _ value: Double?, _ method: String = "", _ other: String = "")
        {
            rows.append(
                CSVText.row([
                    factors.className, factors.model, factors.scenario, factors.trainedThrough,
                    factors.seed.map { "\($0)" } ?? "", metric, part, method, other,
                    quantity, value.map { "\($0)" } ?? "",
                ]))
        }
        add("complete_images", Double(completeImages))
        add("incomplete_images", Double(incompleteImages))
        add("blocks", Double(blocks))
        add("friedman_chi_square", friedman?.chiSquare)
        add("friedman_p", friedman?.pValue)
        add("iman_davenport_f", friedman?.imanDavenport)
        add("iman_davenport_p", friedman?.imanDavenportPValue)
        add("critical_difference_0.05", criticalDifference)
        for method in methods {
            add("mean", method.mean, method.name)
            add("mean_rank", method.meanRank, method.name)
            add("missing", Double(method.missing.values.reduce(0, +)), method.name)
        }
        for pair in pairs {
            add("mean_difference", pair.difference, pair.first, pair.second)
            add("wilcoxon_p", pair.wilcoxon?.pValue, pair.first, pair.second)
            add("holm_p", pair.holmPValue, pair.first, pair.second)
            add("nemenyi_p", pair.nemenyiPValue, pair.first, pair.second)
        }
        return rows
    }
}
