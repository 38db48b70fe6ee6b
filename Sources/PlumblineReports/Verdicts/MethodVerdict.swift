import Foundation
import PlumblineStorage

/// Whether a method on a model passes the checks that AutoTimm's guide asks of a good explanation.
///
/// The gate: deletion below 0.8, insertion above 0.6, sensitivity to noise below 0.15, and both
/// sanity checks pass, which means a correlation below 0.5 with the map of a randomised model and
/// of another class (`docs/user-guide/interpretation/metrics.md`, "Best Practices", 879f337). Its
/// deletion and insertion are relative to the probability at the image, so ours are too. It takes
/// Pearson's correlation, and we Spearman's; its "data randomization" is our random class.
///
/// It is a rule of thumb: a method that passes is not shown to be right.
public struct MethodVerdict: Sendable, Equatable {
    /// One criterion.
    public struct Check: Sendable, Equatable {
        public enum Outcome: Sendable, Equatable {
            /// The mean over the images.
            case passed(Double)
            case failed(Double)
            /// Why there is no mean.
            case missing(String)
        }

        /// The metric that is read.
        public let metric: String
        /// What passes: `< 0.8`.
        public let limit: String
        public let outcome: Outcome
    }

    /// The scenario and the method.
    public let name: String
    public let checks: [Check]

    /// The criteria: what is read, what passes, and the metric that gives it.
    private static let gate: [(quantity: String, isBelow: Bool, limit: Double, metric: String)] = [
        ("deletion_relative", true, 0.8, "deletion"),
        ("insertion_relative", false, 0.6, "insertion"),
        ("noise_sensitivity", true, 0.15, "noise_sensitivity"),
        ("randomisation", true, 0.5, "randomisation"),
        ("random_class", true, 0.5, "random_class"),
    ]

    /// The verdicts of a results file: one for each run with a score that the gate reads.
    public static func all(in results: Results) -> [MethodVerdict] {
        MethodScores.all(in: results).compactMap(MethodVerdict.init)
    }

    init?(_ scores: MethodScores) {
        name = scores.name
        guard Self.gate.contains(where: { !scores.metrics($0.quantity).isEmpty }) else {
            return nil
        }
        checks = Self.gate.map { quantity, isBelow, limit, metric in
            let text = "\(isBelow ? "<" : ">") \(limit)"
            guard let found = scores.metrics(quantity).first else {
                return Check(
                    metric: quantity, limit: text, outcome: .missing(Self.notAsked))
            }
            guard let mean = scores.mean(found) else {
                return Check(
                    metric: found, limit: text,
                    outcome: .missing(scores.reason(found) ?? "no image"))
            }
            let isPassed = isBelow ? mean < limit : mean > limit
            return Check(
                metric: found, limit: text, outcome: isPassed ? .passed(mean) : .failed(mean))
        }
    }

    /// `true` if all checks passed, `false` if one failed, and `nil` if the rest are missing.
    public var isPassed: Bool? {
        var isComplete = true
        for check in checks {
            switch check.outcome {
            case .passed: continue
            case .failed: return false
            case .missing: isComplete = false
            }
        }
        return isComplete ? true : nil
    }

    /// One line: the verdict, then each check with its mean, the limit and the reading band; at the
    /// end the metrics that were not asked for.
    public var line: String {
        let verdict =
            switch isPassed {
            case true?: "passes"
            case false?: "fails"
            case nil: "is open"
            }
        let notAsked = checks.filter { $0.outcome == .missing(Self.notAsked) }.map(\.metric)
        let asked = checks.filter { $0.outcome != .missing(Self.notAsked) }
        return "\(name): \(verdict): " + asked.map(Self.text).joined(separator: ", ")
            + (notAsked.isEmpty
                ? "" : "; \(Self.notAsked): \(notAsked.joined(separator: ", "))")
    }

    private static let notAsked = "not among the metrics"

    private static func text(_ check: Check) -> String {
        switch check.outcome {
        case .missing(let reason): return "\(check.metric) missing (\(reason.printable))"
        case .passed(let mean), .failed(let mean):
            let band = ReadingBand.of(check.metric, mean).map { ", \($0.word)" } ?? ""
            let isFailed = check.outcome == .failed(mean)
            let mark = isFailed ? "not " : ""
            return "\(check.metric) \(String(format: "%.3f", mean)) (\(mark)\(check.limit)\(band))"
        }
    }
}
