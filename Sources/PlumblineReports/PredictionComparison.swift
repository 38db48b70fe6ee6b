import Foundation
import PlumblineStatistics
import PlumblineStorage

/// Compares how well the models of a pair predict.
///
/// If they do not predict equally well, a gap says nothing about explanations.
struct PredictionComparison {
    /// One line per pair of models.
    let lines: [String]

    /// With fewer positive or negative images (or groups), DeLong's interval is not used.
    ///
    /// In a simulation (two normal models, 60 negatives, AUROC 0.95 and 0.90), the nominal 95%
    /// interval covers 82% with 5 positives, 88% with 10, and 92% with 20.
    private static let fewest = 10

    init(
        _ results: Results, _ subject: GapReport.Subject, margin: Double,
        pair: (first: String, second: String)
    ) {
        let runs = results.runs.filter(subject.contains)
        func rows(_ scenario: String) -> [String: ImageResult]? {
            let names = runs.filter { $0.factors.scenario == scenario }.map(\.run)
            guard names.count == 1 else { return nil }
            return Dictionary(
                results.images.filter { $0.run == names[0] }.map { ($0.image, $0) },
                uniquingKeysWith: { first, _ in first })
        }
        let pairs = [
            (pair.first, pair.second), (pair.first, "start"), (pair.second, "start"),
        ]
        let auroc = pairs.compactMap { first, second -> String? in
            guard let a = rows(first), let b = rows(second) else { return nil }
            return "AUROC \(first) - \(second): " + Self.text(a, b, margin)
        }
        let isMulticlass = runs.contains { !$0.confusion.isEmpty }
        let agreement = rows(pair.first).flatMap { a in
            rows(pair.second).flatMap { Self.agreement(a, $0, isMulticlass) }
        }
        lines =
            (agreement.map { ["predictions \(pair.first), \(pair.second): " + $0] } ?? []) + auroc
    }

    /// How alike the predictions of the images of both models are.
    private static func agreement(
        _ a: [String: ImageResult], _ b: [String: ImageResult], _ isMulticlass: Bool
    ) -> String? {
        let images = a.keys.filter { b[$0] != nil }.sorted()
        let agreement = PredictionAgreement(
            images.map { a[$0]!.predictedClass(isMulticlass) },
            images.map { b[$0]!.predictedClass(isMulticlass) },
            probabilities: (
                images.map { a[$0]!.probability }, images.map { b[$0]!.probability }
            ))
        guard let agreement else { return nil }
        let kappa = agreement.kappa.map { String(format: "%.3f", $0) } ?? "missing (one class)"
        return String(
            format: "agreement %.3f, Cohen's kappa %@, mutual information %.3f nats, largest "
                + "difference of a probability %.3f, %d images", agreement.agreement, kappa,
            agreement.mutualInformation, agreement.largestDifference, agreement.images)
    }

    private static func text(
        _ a: [String: ImageResult], _ b: [String: ImageResult], _ margin: Double
    ) -> String {
        let pairs = a.keys.sorted().compactMap { image in b[image].map { (a[image]!, $0) } }
        let labelled = pairs.filter { $0.0.label == $0.1.label && $0.0.label != .uncertain }
        let labels = labelled.map { $0.0.label == .positive }
        let groups = labelled.map { $0.0.group ?? "" }
        let result = aurocDifference(
            scoresA: labelled.map { score($0.0) }, scoresB: labelled.map { score($0.1) },
            labels: labels, groups: groups.allSatisfy(\.isEmpty) ? nil : groups)

        var counts = ["\(labelled.count) images", "\(labels.count { $0 }) positive"]
        let alone = a.count + b.count - 2 * pairs.count
        if alone > 0 { counts.append("\(alone) in one model only, left out") }
        let differing = pairs.count { $0.0.label != $0.1.label }
        if differing > 0 { counts.append("\(differing) of differing labels, left out") }
        let images = counts.joined(separator: ", ")

        let equal = "equal predictions at the margin of \(margin)"
        switch result {
        case .failure(let defect):
            return "missing (\(defect.rawValue); \(images)); \(equal): cannot be told"
        case .success(let comparison):
            let difference = String(format: "%+.3f", comparison.difference)
            guard let interval = comparison.interval else {
                return "\(difference), without an interval (it has no variance; \(images)); "
                    + "\(equal): cannot be told"
            }
            let ends = String(format: "%+.3f to %+.3f", interval.lower, interval.upper)
            return "\(difference) (95% \(ends): \(interval.method); \(images)); \(equal): "
                + verdict(comparison, interval, margin)
        }
    }

    private static func verdict(
        _ comparison: AUROCDifference, _ interval: Interval, _ margin: Double
    ) -> String {
        // An interval without a variance already accounts for few images.
        if comparison.variance > 0,
            min(comparison.positiveUnits, comparison.negativeUnits) < fewest
        {
            return "cannot be told, fewer than \(fewest) positive or negative images or patients"
        }
        if interval.lower >= -margin, interval.upper <= margin { return "yes" }
        if interval.lower > margin || interval.upper < -margin { return "no" }
        return "cannot be told, the interval is too wide"
    }

    private static func score(_ row: ImageResult) -> Double { row.logit ?? row.probability }
}
