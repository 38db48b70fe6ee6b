import Foundation
import Statistics
import Storage

/// How far a model and explanation can be bent: scores after alignment minus after misalignment,
/// paired by image.
public struct GapReport {
    private let results: Results

    public init(_ results: Results) { self.results = results }

    /// What runs of the three scenarios have in common.
    private struct Subject: Hashable {
        let className: String, model: String, explanation: String, pretraining: String
        var title: String { "\(className), \(model), \(explanation), \(pretraining)" }
    }

    private enum Score: String, CaseIterable {
        case mass = "mass accuracy", rank = "rank accuracy"
        func value(_ row: ImageResult) -> Double? {
            self == .mass ? row.massAccuracy : row.rankAccuracy
        }
    }

    /// The paired gap of one score, where both scenarios were run on the same images.
    public struct Gap {
        public let subject: String, score: String
        public let gap: PairedGap
        /// Positive images without a value in either scenario, by reason.
        public let missing: [String: Int]
    }

    public var gaps: [Gap] {
        subjects.flatMap { subject in
            Score.allCases.compactMap { score -> Gap? in
                let rows = positives(subject)
                guard let align = rows["align"], let misalign = rows["misalign"] else { return nil }
                var differences: [Double] = [], missing: [String: Int] = [:]
                for (image, row) in align.sorted(by: { $0.key < $1.key }) {
                    guard let other = misalign[image] else { continue }
                    if let a = score.value(row), let b = score.value(other) {
                        differences.append(a - b)
                    } else {
                        missing[
                            row.missingReason.isEmpty ? other.missingReason : row.missingReason,
                            default: 0] += 1
                    }
                }
                return PairedGap(differences).map {
                    Gap(subject: subject.title, score: score.rawValue, gap: $0, missing: missing)
                }
            }
        }
    }

    /// The tables for a reader.
    public var text: String {
        subjects.map { subject in
            var scenarios = TextTable([
                "scenario", "images", "positive", "AUROC", "AP", "F1", "accuracy", "mass", "rank",
                "missing",
            ])
            for run in results.runs where Self.subject(run) == subject {
                let rows = positives(subject)[run.scenario].map { Array($0.values) } ?? []
                scenarios.add(
                    [run.scenario, "\(run.images)", "\(run.positives)"]
                        + RunResult.metricNames.map { Self.number(run.metrics[$0]) }
                        + Score.allCases.map { score in
                            Self.number(Self.mean(rows.compactMap(score.value)))
                        }
                        + [
                            Self.counted(
                                rows.filter { !$0.missingReason.isEmpty }.map(\.missingReason))
                        ])
            }
            var gapTable = TextTable([
                "gap (align - misalign)", "n", "mean", "median", "95% interval", "Wilcoxon p",
                "missing",
            ])
            for gap in gaps where gap.subject == subject.title {
                gapTable.add([
                    gap.score, "\(gap.gap.count)", Self.signed(gap.gap.mean),
                    Self.signed(gap.gap.median),
                    gap.gap.interval.map {
                        "\(Self.signed($0.lower)) to \(Self.signed($0.upper))"
                    } ?? "-",
                    (gap.gap.test?.pValue).map { String(format: "%.2g", $0) } ?? "-",
                    gap.missing.isEmpty
                        ? "0"
                        : gap.missing.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                            .joined(separator: ", "),
                ])
            }
            return "\(subject.title)\n\n\(scenarios.text)\n\n\(gapTable.text)\n"
        }.joined(separator: "\n")
    }

    private var subjects: [Subject] {
        var seen: [Subject] = []
        for run in results.runs where !seen.contains(Self.subject(run)) {
            seen.append(Self.subject(run))
        }
        return seen
    }

    private static func subject(_ run: RunResult) -> Subject {
        Subject(
            className: run.className, model: run.model, explanation: run.explanation,
            pretraining: run.pretraining)
    }

    /// Rows of images that show the class, by scenario and image.
    private func positives(_ subject: Subject) -> [String: [String: ImageResult]] {
        var found: [String: [String: ImageResult]] = [:]
        for row in results.images where row.label == 1 {
            guard
                Subject(
                    className: row.className, model: row.model, explanation: row.explanation,
                    pretraining: row.pretraining) == subject
            else { continue }
            found[row.scenario, default: [:]][row.image] = row
        }
        return found
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    private static func number(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "missing"
    }
    private static func signed(_ value: Double) -> String { String(format: "%+.3f", value) }
    private static func counted(_ reasons: [String]) -> String {
        if reasons.isEmpty { return "0" }
        return Dictionary(grouping: reasons) { $0 }.sorted { $0.key < $1.key }.map {
            "\($0.value.count) \($0.key)"
        }.joined(separator: ", ")
    }
}
