import Foundation
import PlumblineStatistics
import PlumblineStorage

/// Reports how far a model and its explanation can be bent.
///
/// The gap of an image is its score after alignment minus its score after misalignment.
public struct GapReport {
    private let results: Results
    private let margin: Double
    /// The scenarios whose gap is reported: the first minus the second.
    private let pair: (first: String, second: String)
    /// The images of each run, by the name of the run.
    private let scoredImages: [String: ScoredImages]
    /// The scores for which a gap has a meaning.
    let keys: [ScoreKey]
    /// The score of a uniform map.
    private let chance: ScoreKey?

    /// - Parameters:
    ///   - margin: the largest difference of two AUROCs that counts as equal predictions. `nil` for
    ///     the margin of the results file.
    ///   - pair: the scenarios whose gap is reported. `nil` for align and misalign, or for the
    ///     first two of the file if it lacks one of these.
    public init(
        _ results: Results, margin: Double? = nil, pair: (first: String, second: String)? = nil
    ) {
        self.results = results
        self.pair = pair ?? Self.usualPair(results)
        self.margin = margin ?? results.margin ?? 0.05
        scoredImages = ScoredImages.all(in: results)
        keys = ScoreKey.all(in: results, \.isJudgement)
        chance = ScoreKey.all(in: results) { !$0.isJudgement }
            .first { $0.metric == "mask_area_share" && $0.part.isEmpty }
    }

    static func usualPair(_ results: Results) -> (first: String, second: String) {
        var names: [String] = []
        for name in results.runs.map(\.factors.scenario) where name != "start" {
            if !names.contains(name) { names.append(name) }
        }
        let isUsual = names.count < 2 || ["align", "misalign"].allSatisfy(names.contains)
        return isUsual ? ("align", "misalign") : (names[0], names[1])
    }

    /// What the runs of a table have in common: all factors but the scenario.
    ///
    /// A starting model was not trained through an explanation. It is in the table of every pair
    /// that started from it.
    struct Subject: Hashable {
        var factors: RunFactors

        init(_ run: RunResult) {
            factors = run.factors
            factors.scenario = ""
            // The best checkpoints of a pair have different steps.
            if factors.checkpoint != "last" { factors.steps = nil }
        }

        /// Whether `run` belongs to this subject, or is the starting model of its pair.
        func contains(_ run: RunResult) -> Bool {
            var other = Subject(run)
            if run.factors.scenario == "start" {
                other.factors.trainedThrough = factors.trainedThrough
                other.factors.lambda = factors.lambda
                other.factors.tuneSettings = factors.tuneSettings
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
            parts += [factors.settings, factors.tuneSettings]
            if !factors.checkpoint.isEmpty { parts.append("checkpoint \(factors.checkpoint)") }
            return parts.filter { !$0.isEmpty }.map(\.printable).joined(separator: ", ")
        }

        private static func short(_ value: Double) -> String {
            value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
        }
    }

    /// The paired gap of one score.
    ///
    /// It exists if there are both scenarios.
    public struct Gap {
        public let subject: String
        public let score: String
        /// The statistics of the differences.
        ///
        /// `nil` if every pair lacks a value.
        public let gap: PairedGap?
        /// The mean score of a uniform map, over the images of the gap.
        ///
        /// `nil` in files of version 1.
        public let chance: Double?
        /// The number of positive images without a difference, by reason.
        public let missing: [String: Int]
    }

    public var gaps: [Gap] { subjects.flatMap { gaps($0) } }

    func gaps(_ subject: Subject) -> [Gap] {
        guard let align = scored(subject, pair.first),
            let misalign = scored(subject, pair.second)
        else { return [] }
        return keys.map { key in
            let pairs = PairedScores(key, chance: chance, align, misalign, names: pair)
            return Gap(
                subject: subject.title, score: key.title,
                // Without groups, every image is an independent unit.
                gap: PairedGap(
                    pairs.differences,
                    groups: pairs.groups.allSatisfy(\.isEmpty) ? nil : pairs.groups),
                chance: Self.mean(pairs.shares), missing: pairs.missing)
        }
    }

    // MARK: Text

    /// The tables as text, and what the audit of the images found.
    public var text: String {
        let audit = (results.audit ?? []).map { "- \($0.text.printable)\n" }.joined()
        return tables + (audit.isEmpty ? "" : "\n\(audit)")
    }

    private var tables: String {
        subjects.map { subject in
            let gaps = gaps(subject)
            var parts = [subject.title, scenarioTable(subject).text]
            if keys.count > ScoreSummary.mostColumns {
                let runs = results.runs.filter(subject.contains).map { scoredImages[$0.run]! }
                parts.append(ScoreSummary(keys, runs).table.text)
            }
            if let table = MulticlassTable(results.runs.filter(subject.contains)) {
                parts.append(table.text)
            }
            if !gaps.isEmpty {
                parts.append(gapTable(gaps).text)
                parts.append(notes(subject, gaps).map { "- \($0)" }.joined(separator: "\n"))
            }
            for scenario in ["start", pair.first, pair.second] {
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
        let columns = keys.count > ScoreSummary.mostColumns ? [] : keys
        var table = TextTable(
            [
                "scenario", "steps", "images", "labelled", "positive", "AUROC", "AP", "F1",
                "accuracy",
            ]
                + columns.map(\.title) + ["chance", "missing"])
        for run in results.runs where subject.contains(run) {
            let scored = scoredImages[run.run]!
            let positives = scored.positives.map(\.image)
            let counts = [run.factors.steps, run.images, run.labelled, run.positives]
            let used = positives.filter { image in
                keys.contains { scored.value($0, image) != nil }
            }
            let shares = chance.map { key in used.compactMap { scored.value(key, $0) } } ?? []
            table.add(
                [run.factors.scenario] + counts.map { $0.map(String.init) ?? "-" }
                    + RunResult.metricNames.map { Self.number(run.metrics[$0]) }
                    + columns.map { key in
                        Self.number(Self.mean(positives.compactMap { scored.value(key, $0) }))
                    }
                    + [Self.share(Self.mean(shares)), Self.counted(missing(scored))])
        }
        return table
    }

    /// The number of positive images that lack a score, by reason.
    ///
    /// An image with several reasons counts for each of them.
    private func missing(_ scored: ScoredImages) -> [String: Int] {
        var counts: [String: Int] = [:]
        for image in scored.positives.map(\.image) {
            let lacking = keys.filter { scored.value($0, image) == nil }
                // Not every image has every part.
                .filter { $0.part.isEmpty || scored.score($0, image) != nil }
            for reason in Set(lacking.map { scored.reason($0, image) }) {
                counts[reason, default: 0] += 1
            }
        }
        return counts
    }

    private func gapTable(_ gaps: [Gap]) -> TextTable {
        var table = TextTable([
            "gap (\(pair.first.printable) - \(pair.second.printable))", "n", "mean", "median",
            "95% interval", "Wilcoxon p", "chance",
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

    /// What the numbers mean, and whether the predictions are equal.
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
        notes +=
            PredictionComparison(
                results, subject, margin: margin, pair: pair
            ).lines
        return notes
    }

    /// One line if it is the same for every score.
    ///
    /// Otherwise one line per score.
    private static func shared(
        _ title: String, _ gaps: [(score: String, gap: PairedGap)], _ text: (PairedGap) -> String
    ) -> [String] {
        let texts = gaps.map { text($0.gap) }
        if let first = texts.first, Set(texts).count == 1 { return ["\(title): \(first)"] }
        return zip(gaps, texts).map { "\(title), \($0.score): \($1)" }
    }

    // MARK: Rows

    /// The pairs, and then the starting models without a pair.
    var subjects: [Subject] {
        var subjects: [Subject] = []
        for run in results.runs where run.factors.scenario != "start" {
            let subject = Subject(run)
            if !subjects.contains(subject) { subjects.append(subject) }
        }
        for run in results.runs where !subjects.contains(where: { $0.contains(run) }) {
            subjects.append(Subject(run))
        }
        return subjects
    }

    /// The images of a scenario's run.
    ///
    /// `nil` if there is not exactly one such run.
    func scored(_ subject: Subject, _ scenario: String) -> ScoredImages? {
        let runs = results.runs.filter {
            $0.factors.scenario == scenario && subject.contains($0)
        }
        return runs.count == 1 ? scoredImages[runs[0].run] : nil
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
