import Foundation
import PlumblineStorage

extension Viewer {
    /// What stands in `data/index.js`.
    ///
    /// - Parameters:
    ///   - sizes: of the pictures, by image; `nil` where there is none.
    ///   - signs: by run, whether its maps are signed; `nil` where it has none.
    func index(
        sizes: [(width: Int, height: Int)]?, signs: [Bool?], hasOutlines: Bool
    ) -> ViewerIndex {
        let groups = tables.groups
        return ViewerIndex(
            title: title, firstMetric: firstMetric,
            images: ViewerIndex.Images(
                names: tables.names, hashes: hashes,
                groups: groups.contains { $0 != nil } ? groups.map { $0 ?? "" } : nil,
                widths: sizes?.map(\.width), heights: sizes?.map(\.height)),
            runs: tables.runs.indices.map { run(at: $0, isSigned: signs[$0]) },
            metrics: tables.scores.enumerated().map { metric($1, number: $0) },
            categories: tables.categories.enumerated().map { number, category in
                ViewerIndex.Category(
                    name: category.name, title: category.title, none: category.none,
                    values: category.texts, ordered: category.isOrdered,
                    file: "category-\(number)")
            },
            reasons: tables.reasons, outlineChunk: hasOutlines ? Self.chunk : 0,
            curveChunk: tables.sources.contains { !$0.results.metricCurves.isEmpty }
                ? Self.chunk : 0,
            judge: tables.sources.contains { $0.results.judgements != nil },
            meanCurves: meanCurves, notes: notes)
    }

    /// Images per file of outlines and of curves.
    static let chunk = 200

    var firstMetric: String {
        let scores = tables.scores
        let preferred =
            scores.first { $0.metric == "mass_accuracy" && $0.part.isEmpty }
            ?? scores.first { $0.facts.direction != "descriptive" && $0.part.isEmpty }
            ?? scores.first
        return preferred?.key ?? ""
    }

    private func run(at number: Int, isSigned: Bool?) -> ViewerIndex.Run {
        let (source, run) = tables.runs[number]
        let factors = run.factors
        let names = RunResult.metricNames + RunResult.multiclassMetricNames
        let measured = names.filter { name in
            tables.runs.contains { $0.run.metrics[name] != nil }
        }
        let inRun = tables.categories.first { $0.name == "in_run" }
        return ViewerIndex.Run(
            name: run.run, title: title(of: number),
            images: inRun?.values.run(number).count { $0 > 0 } ?? 0,
            factors: ViewerIndex.Factors(
                class: factors.className, model: factors.model, explanation: factors.explanation,
                pretraining: factors.pretraining, scenario: factors.scenario,
                trainedThrough: factors.trainedThrough, checkpoint: factors.checkpoint,
                decoy: factors.decoy, labels: factors.labels, lambda: factors.lambda,
                seed: factors.seed, steps: factors.steps, settings: Self.settings(factors),
                file: (tables.sources[source].path as NSString).lastPathComponent),
            measures: Dictionary(
                measured.map { ($0, run.metrics[$0]?.finite) },
                uniquingKeysWith: { first, _ in first }),
            means: tables.scores.map { $0.mean(number)?.finite },
            maps: isSigned.map { ViewerIndex.Maps(file: "maps-\(number)", signed: $0) })
    }

    /// The settings that a sweep varies, without those that another factor says already.
    private static func settings(_ factors: RunFactors) -> String {
        let said = RunFactors.texts.filter { !["settings", "fine_tune_settings"].contains($0.0) }
            .map { factors[keyPath: $0.1] }
        return factors.namedSettings.filter { !said.contains($0.value) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Scenario and method, and what else tells a run from the others.
    func title(of number: Int) -> String { titles[number] }

    /// The titles of all runs, which depend on each other.
    static func titles(_ runs: [RunFactors]) -> [String] {
        func parts(_ factors: RunFactors) -> [String] {
            [
                factors.scenario, factors.explanation, factors.className, factors.model,
                factors.pretraining, settings(factors),
                factors.lambda.map { "lambda \($0)" } ?? "",
                factors.seed.map { "seed \($0)" } ?? "",
                factors.checkpoint, factors.trainedThrough, factors.decoy, factors.labels,
                factors.steps.map { "\($0) steps" } ?? "",
            ]
        }
        let all = runs.map(parts)
        guard let first = all.first else { return [] }
        let shown = first.indices.filter { part in
            part < 2 || all.contains { $0[part] != first[part] }
        }
        let counts: [[String]: Int] = Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +)
        return all.enumerated().map { number, parts in
            let title = shown.map { parts[$0] }.filter { !$0.isEmpty }.joined(separator: ", ")
            return counts[parts]! > 1 ? "\(title) (\(number + 1))" : title
        }
    }

    private func metric(_ score: ViewerScore, number: Int) -> ViewerIndex.Metric {
        ViewerIndex.Metric(
            key: score.key, name: score.metric, part: score.part, title: score.facts.title,
            direction: score.facts.direction, unit: score.facts.unit,
            definition: score.facts.definition, low: score.range?.low, high: score.range?.high,
            file: "metric-\(number)")
    }

    private var meanCurves: [ViewerIndex.Curve] {
        tables.sources.enumerated().flatMap { number, source in
            let groups = Dictionary(grouping: source.results.metricCurves) {
                [$0.metric, $0.series, $0.run]
            }
            return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.compactMap {
                key, curves -> ViewerIndex.Curve? in
                guard let run = tables.run(key[2], source: number) else { return nil }
                let mean = MeanCurve(curves, tables.runs[run].run.factors, groups: [:])
                return ViewerIndex.Curve(
                    run: run, metric: key[0], series: key[1], shares: mean.shares,
                    values: mean.mean.map(\.finite))
            }
        }
    }

    private var notes: [String] {
        tables.sources.flatMap { source in (source.results.audit ?? []).map(\.text) }
    }
}

extension Double {
    /// The number, or `nil` where JSON has none for it.
    var finite: Double? { isFinite ? self : nil }
}
