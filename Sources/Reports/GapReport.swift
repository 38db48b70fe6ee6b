import Foundation
import Statistics
import Storage

/// How far a model and explanation can be bent: scores after alignment minus after misalignment,
/// paired by image.
public struct GapReport {
    private let results: Results
    private let margin: Double

    /// - Parameter margin: how far apart two AUROCs may be to count as equal predictions; that of
    ///   the results where `nil`.
    public init(_ results: Results, margin: Double? = nil) {
        self.results = results
        self.margin = margin ?? results.margin ?? 0.05
    }

    /// What the runs of a table have in common: all but the scenario. A starting model was not
    /// trained through anything, and stands in the table of each pair that began at it.
    struct Subject: Hashable {
        var factors: RunFactors

        init(_ run: RunResult) {
            factors = run.factors
            factors.scenario = ""
            factors.steps = 0
        }

        /// Whether `run` is one of the subject's, or the start of its pair.
        func contains(_ run: RunResult) -> Bool {
            var other = Subject(run)
            if run.factors.scenario == "start" {
                other.factors.trainedThrough = factors.trainedThrough
                other.factors.lambda = factors.lambda
                other.factors.checkpoint = factors.checkpoint
            }
            return other == self
        }

        var title: String {
            var parts = [
                factors.className, factors.model, factors.pretraining,
                "explained by \(factors.explanation)",
            ]
            if !factors.trainedThrough.isEmpty {
                parts.append("trained through \(factors.trainedThrough)")
            }
            if let lambda = factors.lambda { parts.append("lambda \(Self.short(lambda))") }
            parts.append("seed \(factors.seed)")
            if !factors.checkpoint.isEmpty { parts.append("checkpoint \(factors.checkpoint)") }
            return parts.filter { !$0.isEmpty }.map(\.printable).joined(separator: ", ")
        }

        private static func short(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
        }
    }

    /// The paired gap of one score, where there are both scenarios.
    public struct Gap {
        public let subject: String
        public let score: String
        /// The differences and what follows from them; `nil` where every pair misses a value.
        public let gap: PairedGap?
        /// The mean share of the mask over the images of the gap: what a map without any knowledge
        /// scores. `nil` in files of version 1.
        public let chance: Double?
        /// Positive images without a difference, by reason.
        public let missing: [String: Int]
    }

    public var gaps: [Gap] { subjects.flatMap { gaps($0) } }

    private func gaps(_ subject: Subject) -> [Gap] {
        let rows = positives(subject)
        guard let align = rows["align"], let misalign = rows["misalign"] else { return [] }
        return Score.allCases.map { score in
            var differences: [Double] = [], groups: [String] = [], shares: [Double] = []
            var missing: [String: Int] = [:]
            for image in Set(align.keys).union(misalign.keys).sorted() {
                guard let first = align[image], let second = misalign[image] else {
                    missing[align[image] == nil ? "not in align" : "not in misalign", default: 0] +=
                        1
                    continue
                }
                if let a = score.value(first), let b = score.value(second) {
                    differences.append(a - b)
                    groups.append(first.group ?? "")
                    if let share = first.maskAreaShare { shares.append(share) }
                } else {
                    let lacking = score.value(first) == nil ? first : second
                    let reason = lacking.missingReason
                    missing[reason.isEmpty ? "no reason stored" : reason, default: 0] += 1
                }
            }
            return Gap(
                subject: subject.title, score: score.rawValue,
                // Without groups every image is a unit of its own.
                gap: PairedGap(
                    differences, groups: groups.allSatisfy(\.isEmpty) ? nil : groups),
                chance: shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count),
                missing: missing)
        }
    }

    // MARK: Text

    /// The tables for a reader.
    public var text: String {
        subjects.map { subject in
            let gaps = gaps(subject)
            var parts = [subject.title, scenarioTable(subject).text]
            if !gaps.isEmpty {
                parts.append(gapTable(gaps).text)
                parts.append(notes(subject, gaps).map { "- \($0)" }.joined(separator: "\n"))
            }
            return parts.joined(separator: "\n\n") + "\n"
        }.joined(separator: "\n")
    }

    private func scenarioTable(_ subject: Subject) -> TextTable {
        var table = TextTable([
            "scenario", "steps", "images", "judged", "positive", "AUROC", "AP", "F1", "accuracy",
            "mass", "rank", "missing",
        ])
        let rows = positives(subject)
        for run in results.runs where subject.contains(run) {
            let positives = rows[run.factors.scenario].map { Array($0.values) } ?? []
            let counts = [run.factors.steps, run.images, run.judged, run.positives]
            let reasons = positives.map(\.missingReason).filter { !$0.isEmpty }
            table.add(
                [run.factors.scenario] + counts.map(String.init)
                    + RunResult.metricNames.map { Self.number(run.metrics[$0]) }
                    + Score.allCases.map { score in
                        Self.number(Self.mean(positives.compactMap(score.value)))
                    }
                    + [Self.counted(Dictionary(grouping: reasons) { $0 }.mapValues(\.count))])
        }
        return table
    }

    private func gapTable(_ gaps: [Gap]) -> TextTable {
        var table = TextTable([
            "gap (align - misalign)", "n", "mean", "median", "95% interval", "Wilcoxon p", "chance",
            "missing",
        ])
        for gap in gaps {
            let interval = gap.gap?.interval.map {
                "\(Self.signed($0.lower)) to \(Self.signed($0.upper))"
            }
            table.add([
                gap.score, "\(gap.gap?.count ?? 0)", gap.gap.map { Self.signed($0.mean) } ?? "-",
                gap.gap.map { Self.signed($0.median) } ?? "-", interval ?? "-",
                gap.gap?.test.map(\.pValue).map { String(format: "%.2g", $0) } ?? "-",
                gap.chance.map { String(format: "%.3f", $0) } ?? "-", Self.counted(gap.missing),
            ])
        }
        return table
    }

    /// What the figures cover, and whether the predictions are equal.
    private func notes(_ subject: Subject, _ gaps: [Gap]) -> [String] {
        var notes: [String] = []
        if let gap = gaps.compactMap(\.gap).first {
            let interval = gap.interval.map { "\($0.method), \($0.units) independent units" }
            let test = gap.test.map { "\($0.method.rawValue), \($0.zeros) differences of 0" }
            notes.append("interval: \(interval ?? "none for one unit, or for equal differences")")
            notes.append("Wilcoxon: \(test ?? "none: every difference is 0")")
        }
        notes.append(
            "images only, one pair of models: the interval does not cover other fine-tuning runs")
        if gaps.contains(where: { $0.chance != nil }) {
            notes.append(
                "chance: the mask's mean share of the image, which a uniform map scores in both")
        }
        notes += PredictionComparison(results, subject, margin: margin).lines
        return notes
    }

    // MARK: Rows

    private enum Score: String, CaseIterable {
        case mass = "mass accuracy"
        case rank = "rank accuracy"

        func value(_ row: ImageResult) -> Double? {
            self == .mass ? row.massAccuracy : row.rankAccuracy
        }
    }

    /// Pairs first; a starting model alone where nothing began at it.
    private var subjects: [Subject] {
        var found: [Subject] = []
        for run in results.runs where run.factors.scenario != "start" {
            let subject = Subject(run)
            if !found.contains(subject) { found.append(subject) }
        }
        for run in results.runs where !found.contains(where: { $0.contains(run) }) {
            found.append(Subject(run))
        }
        return found
    }

    /// Rows of images that show the class, by scenario and image.
    private func positives(_ subject: Subject) -> [String: [String: ImageResult]] {
        var scenarios: [String: String] = [:]
        for run in results.runs where subject.contains(run) {
            scenarios[run.run] = run.factors.scenario
        }
        var found: [String: [String: ImageResult]] = [:]
        for row in results.images where row.label == .positive {
            guard let scenario = scenarios[row.run] else { continue }
            found[scenario, default: [:]][row.image] = row
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
    private static func counted(_ reasons: [String: Int]) -> String {
        if reasons.isEmpty { return "0" }
        return reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }
}
