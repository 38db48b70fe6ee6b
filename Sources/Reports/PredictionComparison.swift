import Foundation
import Statistics
import Storage

/// Whether the models of a pair predict equally well: without that a gap says nothing about
/// explanations.
struct PredictionComparison {
    /// A line for each pair of models.
    let lines: [String]

    init(_ results: Results, _ subject: GapReport.Subject, margin: Double) {
        var rows: [String: [String: ImageResult]] = [:]
        for run in results.runs where subject.contains(run) {
            let judged = results.images.filter { $0.run == run.run && $0.label != .uncertain }
            rows[run.factors.scenario] = Dictionary(
                uniqueKeysWithValues: judged.map { ($0.image, $0) })
        }
        let pairs = [("align", "misalign"), ("align", "start"), ("misalign", "start")]
        lines = pairs.compactMap { first, second in
            guard let a = rows[first], let b = rows[second] else { return nil }
            return "AUROC \(first) - \(second): " + Self.text(a, b, margin)
        }
    }

    private static func text(
        _ a: [String: ImageResult], _ b: [String: ImageResult], _ margin: Double
    ) -> String {
        let images = Set(a.keys).intersection(b.keys).sorted()
        let first = images.compactMap { a[$0] }, second = images.compactMap { b[$0] }
        let groups = first.map { $0.group ?? "" }
        let result = aurocDifference(
            scoresA: first.map(score), scoresB: second.map(score),
            labels: first.map { $0.label == .positive },
            groups: groups.allSatisfy(\.isEmpty) ? nil : groups)
        let equal = "equal predictions at the margin of \(margin)"
        switch result {
        case .failure(let defect): return "missing (\(defect.rawValue)); \(equal): cannot be told"
        case .success(let found):
            let difference = String(format: "%+.3f", found.difference)
            guard let interval = found.interval else {
                return "\(difference), without an interval (no image changes its rank); \(equal): "
                    + (abs(found.difference) <= margin ? "yes" : "no")
            }
            let ends = String(format: "%+.3f to %+.3f", interval.lower, interval.upper)
            let verdict: String
            if interval.lower >= -margin, interval.upper <= margin {
                verdict = "yes"
            } else if interval.lower > margin || interval.upper < -margin {
                verdict = "no"
            } else {
                verdict = "cannot be told, the interval is too wide"
            }
            return "\(difference) (\(interval.method), 95% \(ends)); \(equal): \(verdict)"
        }
    }

    private static func score(_ row: ImageResult) -> Double { row.logit ?? row.probability }
}
