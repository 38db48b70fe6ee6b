import Foundation
import PlumblineStorage

/// How well multiclass models predict, over all classes: accuracy among the five most probable
/// classes, F1 and the area under the ROC curve, and what is mistaken for what.
struct MulticlassTable {
    let text: String

    /// Mistakes that are named, the most frequent first.
    private static let mostMistakes = 3

    /// - Returns: `nil` if no run is of a multiclass model.
    init?(_ runs: [RunResult]) {
        let runs = runs.filter { !$0.confusion.isEmpty }
        guard !runs.isEmpty else { return nil }
        let names = RunResult.multiclassMetricNames.filter { name in
            runs.contains { $0.metrics[name] != nil }
        }
        let titles = [
            "top5_accuracy": "top-5 accuracy", "macro_f1": "macro F1", "micro_f1": "micro F1",
            "macro_auroc": "macro AUROC",
        ]
        var table = TextTable(
            ["scenario"] + names.map { titles[$0] ?? $0 } + ["most frequent mistakes"])
        for run in runs {
            table.add(
                [run.factors.scenario]
                    + names.map { name in
                        run.metrics[name].map { String(format: "%.3f", $0) } ?? "missing"
                    } + [Self.mistakes(run)])
        }
        text = table.text
    }

    private static func mistakes(_ run: RunResult) -> String {
        let mistakes = run.confusion.filter { $0.label != $0.prediction }
            .sorted { ($1.count, $0.label, $0.prediction) < ($0.count, $1.label, $1.prediction) }
        let named = mistakes.prefix(mostMistakes).map {
            "\($0.count) \($0.label) as \($0.prediction)"
        }
        return named.isEmpty ? "none" : named.joined(separator: ", ")
    }
}
