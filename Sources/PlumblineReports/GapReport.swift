import Foundation
import PlumblineStatistics
import PlumblineStorage

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
            // Best checkpoints of a pair are of different steps.
            if factors.checkpoint != "last" { factors.steps = nil }
        }

        /// Whether `run` is one of the subject's, or the start of its pair.
        func contains(_ run: RunResult) -> Bool {
            var other = Subject(run)
            if run.factors.scenario == "start" {
                other.factors.trainedThrough = factors.trainedThrough
                other.factors.lambda = factors.lambda
                other.factors.checkpoint = factors.checkpoint
                other.factors.steps = factors.steps
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
            if let seed = factors.seed { parts.append("seed \(seed)") }
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
        guard let align = rows(subject, "align"), let misalign = rows(subject, "misalign") else {
            return []
        }
        let images = Set(align.keys).union(misalign.keys).filter {
            align[$0]?.label == .positive || misalign[$0]?.label == .positive
        }.sorted()
        return Score.allCases.map { score in
            var differences: [Double] = [], groups: [String] = [], shares: [Double] = []
            var missing: [String: Int] = [:]
            for image in images {
                guard let first = align[image], let second = misalign[image] else {
                    let reason = align[image] == nil ? "not in align" : "not in misalign"
                    missing[reason, default: 0] += 1
                    continue
                }
                guard first.label == second.label else {
                    missing["labels differ", default: 0] += 1
                    continue
                }
                if let a = score.value(first), let b = score.value(second) {
                    differences.append(a - b)
                    groups.append(first.group ?? "")
                    if let share = first.maskAreaShare { shares.append(share) }
                } else {
                    let lacking = score.value(first) == nil ? first : second
                    missing[Self.reason(lacking), default: 0] += 1
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
            for scenario in ["start", "align", "misalign"] {
                let count = results.runs.count {
                    $0.factors.scenario == scenario && subject.contains($0)
                }
                guard count > 1 else { continue }
                parts.append(
                    "- \(count) runs of \(scenario) belong to this table: none of them is compared")
            }
            return parts.joined(separator: "\n\n") + "\n"
        }.joined(separator: "\n")
    }

    private func scenarioTable(_ subject: Subject) -> TextTable {
        var table = TextTable([
            "scenario", "steps", "images", "judged", "positive", "AUROC", "AP", "F1", "accuracy",
            "mass", "rank", "chance", "missing",
        ])
        for run in results.runs where subject.contains(run) {
            let positives = results.images.filter { $0.run == run.run && $0.label == .positive }
            let counts = [run.factors.steps, run.images, run.judged, run.positives]
            let lacking = positives.filter { row in
                Score.allCases.contains { $0.value(row) == nil }
            }
            let used = positives.filter { row in
                Score.allCases.contains { $0.value(row) != nil }
            }
            let reasons = Dictionary(grouping: lacking, by: Self.reason).mapValues(\.count)
            table.add(
                [run.factors.scenario] + counts.map { $0.map(String.init) ?? "-" }
                    + RunResult.metricNames.map { Self.number(run.metrics[$0]) }
                    + Score.allCases.map { score in
                        Self.number(Self.mean(positives.compactMap(score.value)))
                    }
                    + [Self.share(Self.mean(used.compactMap(\.maskAreaShare)))]
                    + [Self.counted(reasons)])
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
                Self.share(gap.chance), Self.counted(gap.missing),
            ])
        }
        return table
    }

    /// What the figures cover, and whether the predictions are equal.
    private func notes(_ subject: Subject, _ gaps: [Gap]) -> [String] {
        var notes: [String] = []
        let summaries = gaps.compactMap { gap in gap.gap.map { (gap.score, $0) } }
        notes += Self.shared("interval", summaries) { gap in
            gap.interval.map { "\($0.method), \($0.units) independent units" }
                ?? "none for one unit, or for equal differences"
        }
        notes += Self.shared("Wilcoxon", summaries) { gap in
            gap.test.map { "\($0.method.rawValue), \($0.zeros) differences of 0" }
                ?? "none: every difference is 0"
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

    /// One line where it is the same for every score, else one for each.
    private static func shared(
        _ title: String, _ gaps: [(score: String, gap: PairedGap)], _ text: (PairedGap) -> String
    ) -> [String] {
        let texts = gaps.map { text($0.gap) }
        if let first = texts.first, Set(texts).count == 1 { return ["\(title): \(first)"] }
        return zip(gaps, texts).map { "\(title), \($0.score): \($1)" }
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

    /// Rows of a scenario's run, by image; `nil` where there is no such run, or more than one.
    private func rows(_ subject: Subject, _ scenario: String) -> [String: ImageResult]? {
        let runs = results.runs.filter {
            $0.factors.scenario == scenario && subject.contains($0)
        }
        guard runs.count == 1 else { return nil }
        return Dictionary(
            results.images.filter { $0.run == runs[0].run }.map { ($0.image, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func reason(_ row: ImageResult) -> String {
        row.missingReason.isEmpty ? "no reason stored" : row.missingReason
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    private static func number(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "missing"
    }
    private static func share(_ value: Double?) -> String {
        value.map { String(format: "%.3f", $0) } ?? "-"
    }
    private static func signed(_ value: Double) -> String { String(format: "%+.3f", value) }
    private static func counted(_ reasons: [String: Int]) -> String {
        if reasons.isEmpty { return "0" }
        return reasons.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }
}
