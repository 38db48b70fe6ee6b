import Foundation
import PlumblineData
import PlumblineStorage

/// The curves of a results file: their means over images, per metric, scenario and explanation.
public struct CurveReport {
    public let curves: [MeanCurve]
    private let facts: [String: MetricFacts]

    /// - Throws: ``StorageError`` if the file has no curves.
    public init(_ results: Results, path: String) throws {
        guard !results.metricCurves.isEmpty else {
            throw StorageError(
                path,
                "has no curves; score deletion, insertion, road, region_perturbation or "
                    + "randomisation_top_down with evaluate.save_curves")
        }
        facts = Dictionary(
            results.metrics.map { ($0.name, $0.facts) }, uniquingKeysWith: { first, _ in first })
        let groups = Dictionary(grouping: results.images, by: \.run).mapValues { images in
            Dictionary(
                images.map { ($0.image, $0.group ?? "") }, uniquingKeysWith: { first, _ in first })
        }
        let names = results.metricCurves.reduce(into: [[String]]()) { names, curve in
            let name = [curve.metric, curve.series]
            if names.last != name, !names.contains(name) { names.append(name) }
        }
        let byKey = Dictionary(grouping: results.metricCurves) { [$0.metric, $0.series, $0.run] }
        curves = names.flatMap { name in
            results.runs.compactMap { run in
                byKey[name + [run.run]].map {
                    MeanCurve($0, run.factors, groups: groups[run.run] ?? [:])
                }
            }
        }
    }

    /// The metrics that have curves, in the order of the file.
    public var metrics: [String] {
        curves.reduce(into: [String]()) { if !$0.contains($1.metric) { $0.append($1.metric) } }
    }

    /// One row per mean curve.
    public var table: TextTable {
        var table = TextTable([
            "metric", "series", "scenario", "explanation", "images", "first", "last", "area",
            "missing values", "images with other steps",
        ])
        func number(_ value: Double?) -> String {
            value.map { $0.isNaN ? "missing" : String(format: "%.3f", $0) } ?? "missing"
        }
        for curve in curves {
            table.add([
                curve.metric, curve.series, curve.scenario, curve.explanation, "\(curve.images)",
                number(curve.mean.first), number(curve.mean.last), number(curve.area),
                "\(curve.missing)", "\(curve.otherSteps)",
            ])
        }
        return table
    }

    /// One row per step: `metric,series,scenario,explanation,step,share,mean,low,high,images`.
    public var csv: String {
        var rows = ["metric,series,scenario,explanation,step,share,mean,low,high,images"]
        for curve in curves {
            for step in curve.shares.indices {
                let numbers = [
                    curve.shares[step], curve.mean[step], curve.low[step], curve.high[step],
                ].map { $0.isNaN ? "" : "\($0)" }
                rows.append(
                    CSVText.row(
                        [
                            curve.metric, curve.series, curve.scenario, curve.explanation,
                            "\(step)",
                        ] + numbers + ["\(curve.images)"]))
            }
        }
        return rows.joined(separator: "\n") + "\n"
    }

    /// The mean curves of one metric, with their intervals.
    ///
    /// - Parameter width: in millimetres.
    public func figure(_ metric: String, width: Double = 120) -> Figure {
        let own = curves.filter { $0.metric == metric }
        var marks: [Mark] = []
        for (index, curve) in own.enumerated() {
            marks.append(
                .band(x: curve.shares, low: curve.low, high: curve.high, .series(index)))
        }
        for (index, curve) in own.enumerated() {
            let parts = [curve.scenario, curve.explanation, curve.series].filter { !$0.isEmpty }
            marks.append(
                .line(
                    zip(curve.shares, curve.mean).map { .init($0, $1) }, .series(index),
                    label: parts.joined(separator: ", ") + " (n = \(curve.images))"))
        }
        let isCascade = metric.hasPrefix("randomisation")
        let changed =
            isCascade
            ? "share of the groups of layers with random values"
            : metric.hasPrefix("insertion") ? "share of pixels inserted" : "share of pixels removed"
        let y = Axis(
            isCascade ? "similarity with the map" : "probability",
            holding: own.flatMap { $0.low + $0.high } + (isCascade ? [0] : [0, 1]))
        return Figure(
            title: facts[metric]?.title ?? metric, width: width,
            plots: [
                Plot(
                    x: Axis(changed, 0...max(0.01, own.flatMap(\.shares).max() ?? 1)), y: y,
                    marks: marks)
            ])
    }
}
